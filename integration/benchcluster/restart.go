package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// measureRestart restarts every edge, one after another, under callers of whole
// answers and of streams that take 1.5 s.
func measureRestart(ctx context.Context, o *options, dir string) ([]figure, error) {
	if !haveBalancer() {
		return noBalancer, nil
	}
	c, err := startCluster(ctx, o, dir, shape{edges: 3})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	balancer, err := c.balance(ctx)
	if err != nil {
		return nil, err
	}
	loading, stop := context.WithCancel(ctx)
	defer stop()
	var whole, streams tally
	var callers sync.WaitGroup
	callers.Go(func() { whole = keepCalling(loading, balancer.Addr, 16, 5*time.Millisecond, chat("")) })
	callers.Go(func() {
		streams = keepCalling(loading, balancer.Addr, 10, 0, stream("mock-chunks-30-bytes-300-gap-50ms"))
	})
	err = c.rollEdges(ctx)
	stop()
	callers.Wait()
	if err != nil {
		return nil, err
	}
	how := fmt.Sprintf("3 edges restarted through HAProxy; %d calls, %d streams", whole.ok, streams.ok)
	return []figure{
		{"rolling restart, requests lost", "0", fmt.Sprint(whole.failed), how + whole.why()},
		{"rolling restart, streams cut", "0", fmt.Sprint(streams.failed), how + streams.why()},
	}, nil
}

// rollEdges restarts the edges one by one. The balancer has time to find each again.
func (c *cluster) rollEdges(ctx context.Context) error {
	for _, e := range c.edges {
		if err := rest(ctx, c.o.of(2*time.Second, time.Second)); err != nil {
			return err
		}
		e.Stop()
		if err := e.Again(); err != nil {
			return err
		}
		if _, err := e.Ready(ctx, "/readyz"); err != nil {
			return err
		}
	}
	return rest(ctx, 2*time.Second)
}
