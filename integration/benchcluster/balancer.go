package main

import (
	"context"
	"time"
)

// measureBalancer compares what edges need for a call, three behind a balancer and
// one alone, taking turns. Each edge
// has as many calls a second in both: a busier one needs less for each, since it
// sleeps less between them.
func measureBalancer(ctx context.Context, o *options, dir string) ([]figure, error) {
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
	const callers = 8 // of each edge
	e, d := chat(""), o.of(4*time.Second, 1200*time.Millisecond)
	ratio, err := rounds(o, func() (float64, error) { return perPacedCall(ctx, c.edges[0].Addr, callers, d, e, c.edges[0]) },
		func() (float64, error) {
			return perPacedCall(ctx, balancer.Addr, callers*len(c.edges), d, e, c.edges...)
		})
	if err != nil {
		return nil, err
	}
	return []figure{{"CPU per call of 3 edges behind HAProxy / 1 edge", "≤ 1.05", show(ratio), "edges' CPU per call, in turns, as many calls a second at each edge"}}, nil
}
