package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// measureBalancer compares what edges need for a call, three behind a balancer and
// one alone, taking turns; and with three that are called directly, since processes
// that share two cores cost each other some. Each edge
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
	e, d := chat(""), o.of(3*time.Second, 1200*time.Millisecond)
	ratio, err := rounds(o, func() (float64, error) { return perPacedCall(ctx, c.edges[0].Addr, callers, d, e, c.edges[0]) },
		func() (float64, error) {
			return perPacedCall(ctx, balancer.Addr, callers*len(c.edges), d, e, c.edges...)
		})
	if err != nil {
		return nil, err
	}
	beside, err := rounds(o, func() (float64, error) { return c.eachPerCall(ctx, callers, d, e) },
		func() (float64, error) {
			return perPacedCall(ctx, balancer.Addr, callers*len(c.edges), d, e, c.edges...)
		})
	if err != nil {
		return nil, err
	}
	const how = "edges' CPU per call, in turns, as many calls a second at each edge"
	return []figure{
		{"CPU per call of 3 edges behind HAProxy / 1 edge", "≤ 1.05", show(ratio), how},
		{"the same / 3 edges called directly", "", show(beside), how + ", so on a machine as busy"},
	}, nil
}

// eachPerCall is what a call needs at the edges when each has callers of its own.
func (c *cluster) eachPerCall(ctx context.Context, callers int, d time.Duration, e load.Exchange) (mean float64, err error) {
	micros, errs := make([]float64, len(c.edges)), make([]error, len(c.edges))
	var calling sync.WaitGroup
	for i, edge := range c.edges {
		calling.Go(func() { micros[i], errs[i] = perPacedCall(ctx, edge.Addr, callers, d, e, edge) })
	}
	calling.Wait()
	for _, m := range micros {
		mean += m / float64(len(micros))
	}
	return mean, errors.Join(errs...)
}
