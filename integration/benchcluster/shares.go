package main

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// measureShares sends calls over three edges that take uneven parts of them, and
// compares each key's share with its weight.
func measureShares(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 3})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	const calls = 5000
	e := chat("")
	var calling sync.WaitGroup
	var failed []error
	var mu sync.Mutex
	for i, percent := range []int{60, 30, 10} {
		for range 4 {
			calling.Go(func() {
				if err := callTimes(c.edges[i].Addr, calls*percent/100/4, &e); err != nil {
					mu.Lock()
					defer mu.Unlock()
					failed = append(failed, err)
				}
			})
		}
	}
	calling.Wait()
	if len(failed) > 0 {
		return nil, failed[0]
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		used, off, err := c.shares(ctx)
		switch {
		case err != nil:
			return nil, err
		case used == calls:
			return []figure{{"share error of weighted keys", "≤ 0.05 pp", fmt.Sprintf("%.3f pp", 100*off), "5,000 calls over 3 edges, 60, 30 and 10 %"}}, nil
		}
		if err := rest(ctx, 50*time.Millisecond); err != nil {
			return nil, fmt.Errorf("%v of %d calls are counted: %w", used, calls, err)
		}
	}
}

// shares are how often the keys were used, and the most that one is off its share.
func (c *cluster) shares(ctx context.Context) (used, off float64, err error) {
	answer, err := c.admin(ctx, "GET", "/api/cluster/keys", "")
	if err != nil {
		return 0, 0, err
	}
	keys, _ := answer["keys"].([]any)
	for _, k := range keys {
		k, _ := k.(map[string]any)
		n, _ := k["used"].(float64)
		actual, _ := k["actual"].(float64)
		target, _ := k["target"].(float64)
		used, off = used+n, max(off, math.Abs(actual-target))
	}
	return used, off, nil
}
