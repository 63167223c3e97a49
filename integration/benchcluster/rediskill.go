package main

import (
	"context"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// measureRedisKill kills Redis between the calls of a key that is too rare to be
// leased, so that each call asks Redis.
func measureRedisKill(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	key, err := c.newKey(ctx, "rare", `,"rate_limit":{"request_max_limit":1000000,"request_reset_duration":"1h"}`)
	if err != nil {
		return nil, err
	}
	calls := 50
	if o.short {
		calls = 25
	}
	before, err := c.rareCalls(ctx, key, calls)
	if err != nil {
		return nil, err
	}
	c.redis.Kill()
	after, err := c.rareCalls(ctx, key, calls)
	if err != nil {
		return nil, err
	}
	return []figure{{
		"Redis killed, added latency, once", "≤ 25 ms",
		fmt.Sprintf("%.1f ms", max(0, millis(after.At(1)-before.At(0.5)))),
		fmt.Sprintf("most of %d calls after, less p50 of as many before (%.1f ms); none failed", calls, millis(before.At(0.5))),
	}}, nil
}

// rareCalls makes calls ten times a second, and returns what they took.
func (c *cluster) rareCalls(ctx context.Context, key string, n int) (took load.Latencies, err error) {
	client, err := load.Dial(c.edges[0].Addr)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	e := chat(key)
	for range n {
		began := time.Now()
		if err := client.Call(&e); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
		if err := rest(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
	took.Sort()
	return took, nil
}
