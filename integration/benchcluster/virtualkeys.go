package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

const (
	fewKeys = 10
	// changeEvery makes 1,000 changes a minute.
	changeEvery = time.Minute / 1000
)

// measureVirtualKeys makes a great many virtual keys and calls with all of them while
// they change: what it costs an edge beside few keys that stay as they are, and how
// soon a key that is revoked is refused.
func measureVirtualKeys(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 3})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	many := 100_000
	if o.short {
		many = 10_000
	}
	before, err := c.memory()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	keys, err := c.newKeys(ctx, many)
	if err != nil {
		return nil, err
	}
	made := time.Since(began)
	if err := c.callEach(ctx, keys); err != nil {
		return nil, err
	}
	after, err := c.memory()
	if err != nil {
		return nil, err
	}
	figures, err := c.costOfKeys(ctx, o, keys)
	if err != nil {
		return nil, err
	}
	refusal, err := c.revocations(ctx, o, keys)
	if err != nil {
		return nil, err
	}
	page, err := c.pages(ctx, many)
	if err != nil {
		return nil, err
	}
	return append(figures,
		refusal,
		figure{
			"memory of an edge / control for them", "",
			fmt.Sprintf("%.0f / %.0f MB", after.edge-before.edge, after.control-before.control),
			fmt.Sprintf("resident, with %d keys, all in use, less that with none", many),
		},
		page,
		figure{"keys made a second, through the admin API", "", fmt.Sprintf("%.0f", float64(many)/made.Seconds()), fmt.Sprintf("%d callers at once", keyMakers)},
	), nil
}

// costOfKeys compares, taking turns, calls of few keys, of many, and of many that change.
func (c *cluster) costOfKeys(ctx context.Context, o *options, keys []madeKey) ([]figure, error) {
	few, all := exchangesOf(keys[:fewKeys]), exchangesOf(keys)
	edge, d := c.edges[0], o.of(2*time.Second, time.Second)
	of := func(exchanges []load.Exchange) func() (float64, error) {
		return func() (float64, error) { return perDrawnCall(ctx, edge, exchanges, d) }
	}
	changing := func() (cost float64, err error) {
		stop := c.keepChanging(ctx, keys)
		cost, err = perDrawnCall(ctx, edge, all, d)
		return cost, errors.Join(err, stop())
	}
	manyToFew, err := rounds(o, of(few), of(all))
	if err != nil {
		return nil, err
	}
	changingToNot, err := rounds(o, of(all), changing)
	if err != nil {
		return nil, err
	}
	how := fmt.Sprintf("edge's CPU per call, in turns, keys drawn at random of %d", len(keys))
	return []figure{
		{fmt.Sprintf("CPU of a call of %d keys / of %d", len(keys), fewKeys), "≤ 1.2", show(manyToFew), how},
		{"the same with 1,000 changes a minute / without", "≤ 1.05", show(changingToNot), how},
	}, nil
}

// keepChanging changes keys drawn at random, 1,000 a minute, until it is stopped.
func (c *cluster) keepChanging(ctx context.Context, keys []madeKey) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	var changing sync.WaitGroup
	var failed error
	changing.Go(func() {
		for i := 0; rest(ctx, changeEvery) == nil; i++ {
			id := keys[rand.IntN(len(keys))].id
			_, err := c.admin(ctx, "PUT", virtualKeysPath+"/"+id, fmt.Sprintf(`{"description":"change %d"}`, i))
			if err != nil && ctx.Err() == nil {
				failed = err
				return
			}
		}
	})
	return func() error {
		cancel()
		changing.Wait()
		return failed
	}
}

// perDrawnCall is the processor time of an edge for a call, in µs, in a closed loop
// of callers who draw what they send.
func perDrawnCall(ctx context.Context, edge *load.Process, exchanges []load.Exchange, d time.Duration) (float64, error) {
	clients, err := load.DialAll(edge.Addr, 16)
	if err != nil {
		return 0, err
	}
	defer load.CloseAll(clients)
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	before, err := edge.CPU()
	if err != nil {
		return 0, err
	}
	var calls atomic.Int64
	errs := make([]error, len(clients)+1)
	var calling sync.WaitGroup
	for i, client := range clients {
		calling.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				errs[i] = client.Call(&exchanges[rand.IntN(len(exchanges))])
				calls.Add(1)
			}
		})
	}
	calling.Wait()
	after, err := edge.CPU()
	errs[len(clients)] = err
	return float64((after - before).Microseconds()) / float64(calls.Load()), errors.Join(errs...)
}

// held is the resident memory of the first edge and of control, in MB.
type held struct{ edge, control float64 }

func (c *cluster) memory() (held, error) {
	edge, err := c.edges[0].RSS()
	if err != nil {
		return held{}, err
	}
	control, err := c.control.RSS()
	return held{float64(edge) / 1e6, float64(control) / 1e6}, err
}
