package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// measureApply changes the configuration again and again, and asks ten edges every
// millisecond until they act by it. What is asked is whether callers need keys.
func measureApply(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 10})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	commits := 100
	if o.short {
		commits = 20
	}
	var every, last load.Latencies
	for i := range commits {
		took, err := c.applyOnce(ctx, i%2 == 0)
		if err != nil {
			return nil, err
		}
		took.Sort()
		every, last = append(every, took...), append(last, took[len(took)-1])
		if err := rest(ctx, 20*time.Millisecond); err != nil {
			return nil, err
		}
	}
	every.Sort()
	last.Sort()
	show := func(l load.Latencies) string {
		return fmt.Sprintf("p50 %.1f, p99 %.1f ms", millis(l.At(0.5)), millis(l.At(0.99)))
	}
	how := fmt.Sprintf("%d commits, from PATCH until an edge acts by it", commits)
	return []figure{
		{"write to applied, each of 10 edges", "p99 ≤ 50 ms", show(every), how},
		{"write to applied, the last of 10 edges", "", show(last), how},
	}, nil
}

// applyOnce makes one change, and returns what it took at each edge.
func (c *cluster) applyOnce(ctx context.Context, closed bool) (load.Latencies, error) {
	status := 200
	if closed {
		status = 401
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	took, errs := make(load.Latencies, len(c.edges)), make([]error, len(c.edges)+1)
	var asking sync.WaitGroup
	began := time.Now()
	asking.Go(func() {
		_, errs[len(c.edges)] = c.admin(ctx, "PATCH", "/api/config", fmt.Sprintf(`{"client":{"enforce_auth_on_inference":%v}}`, closed))
	})
	for i, e := range c.edges {
		asking.Go(func() {
			errs[i] = askUntil(ctx, e.Addr, "", status)
			took[i] = time.Since(began)
		})
	}
	asking.Wait()
	return took, errors.Join(errs...)
}

// askUntil calls an edge with a key every millisecond until it answers with a status.
func askUntil(ctx context.Context, addr, key string, status int) error {
	client, err := load.Dial(addr)
	if err != nil {
		return err
	}
	defer client.Close()
	e := chat(key)
	for {
		got, _, err := client.Do(e.Request)
		if err != nil {
			return err
		}
		if got == status {
			return nil
		}
		if err := rest(ctx, time.Millisecond); err != nil {
			return fmt.Errorf("an edge does not act by a change: %w", err)
		}
	}
}
