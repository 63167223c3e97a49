package main

import (
	"context"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// measureHotKey compares what an edge needs for a call of a key whose limit Redis
// counts with one of a key that has none, taking turns.
func measureHotKey(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	free, err := c.newKey(ctx, "free", "")
	if err != nil {
		return nil, err
	}
	limited, err := c.newKey(ctx, "limited", `,"rate_limit":{"request_max_limit":1000000000,"request_reset_duration":"1h","token_max_limit":1000000000000,"token_reset_duration":"1h"}`)
	if err != nil {
		return nil, err
	}
	edge, d := c.edges[0], o.of(1500*time.Millisecond, 500*time.Millisecond)
	ratio, err := rounds(o, func() (float64, error) { return perCall(ctx, edge.Addr, d, chat(free), edge) },
		func() (float64, error) { return perCall(ctx, edge.Addr, d, chat(limited), edge) })
	if err != nil {
		return nil, err
	}
	return []figure{{"CPU of a hot key with Redis limits / without", "≤ 1.1", show(ratio), "edge's CPU per call, in turns; requests and tokens limited"}}, nil
}

// rounds measures two things in turns, and returns the second's ratio to the first.
func rounds(o *options, base, with func() (float64, error)) (load.Spread, error) {
	n := 7
	if o.short {
		n = 3
	}
	var ratios []float64
	for range n {
		a, err := base()
		if err != nil {
			return load.Spread{}, err
		}
		b, err := with()
		if err != nil {
			return load.Spread{}, err
		}
		ratios = append(ratios, b/a)
	}
	return load.SpreadOf(ratios), nil
}

func show(s load.Spread) string { return fmt.Sprintf("%.2f (%.2f to %.2f)", s.Median, s.Min, s.Max) }
