package main

import (
	"context"
	"fmt"
	"time"
)

// measureWorkerKill kills one of two workers, as a crash does, while both run what
// an edge has no slots for.
func measureWorkerKill(ctx context.Context, o *options, dir string) ([]figure, error) {
	const latency, callers = 100 * time.Millisecond, 24
	c, err := startCluster(ctx, o, dir, shape{edges: 1, workers: 2, slots: slots, mock: []string{"--latency", latency.String()}})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	d := o.of(10*time.Second, 4*time.Second)
	loading, stop := context.WithTimeout(ctx, d)
	defer stop()
	done := make(chan tally, 1)
	go func() { done <- keepCalling(loading, c.edges[0].Addr, callers, 0, chat("")) }()
	err = rest(ctx, d/2)
	c.workers[0].Kill()
	t := <-done
	if err != nil {
		return nil, err
	}
	alone := slots * int(d/latency)
	if t.ok <= alone {
		return nil, fmt.Errorf("no overflow: %d calls, which the edge could run alone%s", t.ok, t.why())
	}
	return []figure{{
		"kill -9 of a worker, errors before the first byte", "0", fmt.Sprint(t.failed),
		fmt.Sprintf("%d calls in %s, of which the edge can run at most %d%s", t.ok, d, alone, t.why()),
	}}, nil
}
