package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

const (
	openLoopName     = "open loop"
	openConnections  = 128
	openLoopDuration = 2 // times the closed loop's
)

// latencyResult is the latencies of an open loop, by target.
type latencyResult struct {
	rate    int
	targets []latencyTarget
}

type latencyTarget struct {
	name   string
	rounds []load.Latencies // sorted
}

// measureLatency runs the open loop on the bare proxy and the gateways in turns.
func measureLatency(ctx context.Context, o *options, l *lane) (*latencyResult, error) {
	targets := slices.DeleteFunc(l.targets(), func(t target) bool { return t.process == l.nginx })
	res := &latencyResult{rate: o.rate, targets: make([]latencyTarget, len(targets))}
	e := &load.Exchange{Request: chat("openai/mock", smallPrompt, false), Want: openaiWhole}
	for range o.rounds {
		for i := range targets {
			t := &targets[i]
			res.targets[i].name = t.name
			ls, err := openLoop(ctx, o, t.process.Addr, e)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			res.targets[i].rounds = append(res.targets[i].rounds, ls)
		}
	}
	return res, nil
}

// openLoop sends requests at a fixed rate, whether or not earlier ones have been
// answered, and returns their latencies from the time each was due: waiting for
// a free connection counts.
func openLoop(ctx context.Context, o *options, addr string, e *load.Exchange) (load.Latencies, error) {
	clients, err := load.DialAll(addr, openConnections)
	if err != nil {
		return nil, err
	}
	defer load.CloseAll(clients)
	if _, err := load.Drive(ctx, clients, e, warmUp); err != nil {
		return nil, err
	}
	n := o.rate * int(openLoopDuration*o.duration/time.Millisecond) / 1000
	due := make(chan time.Time, n) // holds all: the pace never waits for an answer
	took, errs := make([]load.Latencies, len(clients)), make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for at := range due {
				if errs[i] != nil {
					continue
				}
				errs[i] = c.Call(e)
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	pace(ctx, due, n, time.Second/time.Duration(o.rate))
	close(due)
	wg.Wait()
	if err := errors.Join(errors.Join(errs...), ctx.Err()); err != nil {
		return nil, err
	}
	var ls load.Latencies
	for _, t := range took {
		ls = append(ls, t...)
	}
	ls.Sort()
	return ls, nil
}

// pace hands out n due times, each when it has come.
func pace(ctx context.Context, due chan<- time.Time, n int, every time.Duration) {
	start := time.Now()
	for i := range n {
		at := start.Add(time.Duration(i) * every)
		for left := time.Until(at); left > 0; left = time.Until(at) {
			nap(left)
		}
		if ctx.Err() != nil {
			return
		}
		due <- at
	}
}
