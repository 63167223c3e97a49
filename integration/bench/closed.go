package main

import (
	"context"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// warmUp is how long each measurement runs before it counts.
const warmUp = 150 * time.Millisecond

// cpuResult is what a scenario cost each target, a value per round.
type cpuResult struct {
	scenario scenario
	targets  []cpuTarget
}

type cpuTarget struct {
	name      string
	judged    bool
	micros    []float64 // CPU time per request in µs
	ratio     []float64 // of that to the first target's in the same round
	perSecond []float64
}

// measureCPU runs the rounds of a scenario, the targets taking turns.
func measureCPU(ctx context.Context, o *options, l *lane, sc scenario) (cpuResult, error) {
	targets := l.targets()
	res := cpuResult{scenario: sc, targets: make([]cpuTarget, len(targets))}
	for range o.rounds {
		for i := range targets {
			t, r := &targets[i], &res.targets[i]
			r.name, r.judged = t.name, t.judged
			spent, n, elapsed, err := closedLoop(ctx, o, t.process, sc.exchange(t))
			if err != nil {
				return res, errors.Join(errors.New(t.name), err)
			}
			r.micros = append(r.micros, float64(spent.Microseconds())/float64(n))
			r.perSecond = append(r.perSecond, float64(n)/elapsed.Seconds())
			last := len(r.micros) - 1
			r.ratio = append(r.ratio, r.micros[last]/res.targets[0].micros[last])
		}
	}
	return res, nil
}

// closedLoop sends requests over each connection one after another and returns
// the CPU time that the process used for n of them.
func closedLoop(ctx context.Context, o *options, p *load.Process, e *load.Exchange) (spent time.Duration, n int, elapsed time.Duration, err error) {
	clients, err := load.DialAll(p.Addr, o.connections)
	if err != nil {
		return 0, 0, 0, err
	}
	defer load.CloseAll(clients)
	if _, err := load.Drive(ctx, clients, e, warmUp); err != nil {
		return 0, 0, 0, err
	}
	before, err := p.CPU()
	if err != nil {
		return 0, 0, 0, err
	}
	began := time.Now()
	n, err = load.Drive(ctx, clients, e, o.duration)
	if err != nil {
		return 0, 0, 0, err
	}
	elapsed = time.Since(began)
	after, err := p.CPU()
	return after - before, n, elapsed, err
}
