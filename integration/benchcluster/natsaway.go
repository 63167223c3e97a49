package main

import (
	"context"
	"fmt"
	"time"
)

// measureNATSAway kills NATS for a while under callers, and starts it again.
func measureNATSAway(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	loading, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan tally, 1)
	go func() { done <- keepCalling(loading, c.edges[0].Addr, 8, 5*time.Millisecond, chat("")) }()
	away := o.of(time.Minute, 8*time.Second)
	err = c.withoutNATS(ctx, away)
	stop()
	t := <-done
	if err != nil {
		return nil, err
	}
	return []figure{{
		fmt.Sprintf("NATS away for %s, errors", away), "0", fmt.Sprint(t.failed),
		fmt.Sprintf("%d calls, p99 %.1f ms, most %.1f ms%s", t.ok, millis(t.took.At(0.99)), millis(t.took.At(1)), t.why()),
	}}, nil
}

func (c *cluster) withoutNATS(ctx context.Context, away time.Duration) error {
	if err := rest(ctx, time.Second); err != nil {
		return err
	}
	c.nats.Kill()
	if err := rest(ctx, away); err != nil {
		return err
	}
	if err := c.nats.Again(); err != nil {
		return err
	}
	if _, err := c.nats.Ready(ctx, ""); err != nil {
		return err
	}
	return rest(ctx, time.Second)
}
