package main

import (
	"context"
	"errors"
	"sync"
	"time"
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
func closedLoop(ctx context.Context, o *options, p *process, e *exchange) (spent time.Duration, n int, elapsed time.Duration, err error) {
	clients, err := dialAll(p.addr, o.connections)
	if err != nil {
		return 0, 0, 0, err
	}
	defer closeAll(clients)
	if _, err := drive(ctx, clients, e, warmUp); err != nil {
		return 0, 0, 0, err
	}
	before, err := p.cpu()
	if err != nil {
		return 0, 0, 0, err
	}
	began := time.Now()
	n, err = drive(ctx, clients, e, o.duration)
	if err != nil {
		return 0, 0, 0, err
	}
	elapsed = time.Since(began)
	after, err := p.cpu()
	return after - before, n, elapsed, err
}

// drive sends requests until d has passed and returns how many were answered.
// It ends at the first wrong answer.
func drive(ctx context.Context, clients []*client, e *exchange, d time.Duration) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	counts, errs := make([]int, len(clients)), make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				errs[i] = c.call(e)
				counts[i]++
			}
			if errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	for _, count := range counts {
		n += count
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	if err := context.Cause(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return 0, err // interrupted
	}
	return n, nil
}

// call sends a request and checks its answer.
func (c *client) call(e *exchange) error {
	status, body, err := c.do(e.request)
	if err != nil {
		return err
	}
	return e.want.check(status, body)
}

func dialAll(addr string, n int) ([]*client, error) {
	clients := make([]*client, 0, n)
	for range n {
		c, err := dial(addr)
		if err != nil {
			closeAll(clients)
			return nil, err
		}
		clients = append(clients, c)
	}
	return clients, nil
}

func closeAll(clients []*client) {
	for _, c := range clients {
		c.close()
	}
}
