package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// slotHolder is a stream that keeps a slot for the whole measurement.
const slotHolder = "mock-chunks-600-bytes-6000-gap-500ms"

// slots are enough for a worker to take the next call while it ends one.
const slots = 8

// measureOverflow compares calls that an edge runs with calls that a worker runs
// since the edge's slots are held by long streams.
func measureOverflow(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1, workers: 1, slots: slots, offerAtOnce: true})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	addr, n := c.edges[0].Addr, 2000
	if o.short {
		n = 200
	}
	direct, directFirst, err := latenciesOf(addr, n)
	if err != nil {
		return nil, fmt.Errorf("direct: %w", err)
	}
	holders, err := load.DialAll(addr, slots)
	if err != nil {
		return nil, err
	}
	defer load.CloseAll(holders)
	held := stream(slotHolder)
	for _, h := range holders {
		if err := errors.Join(h.Send(held.Request), h.FirstEvent()); err != nil {
			return nil, err
		}
	}
	if err := overflows(ctx, addr); err != nil {
		return nil, err
	}
	over, overFirst, err := latenciesOf(addr, n)
	if err != nil {
		return nil, fmt.Errorf("overflow: %w", err)
	}
	added := func(over, direct load.Latencies) string {
		return fmt.Sprintf("%.2f ms (%.2f over %.2f)", millis(over.At(0.5)-direct.At(0.5)), millis(over.At(0.5)), millis(direct.At(0.5)))
	}
	how := fmt.Sprintf("p50 of %d calls through an edge whose slots are taken, less as many with them free", n)
	return []figure{
		{"overflow, added to a whole answer", "≤ 0.5 ms", added(over, direct), how},
		{"overflow, added to a stream's first chunk", "≤ 0.5 ms", added(overFirst, directFirst), how},
	}, nil
}

// overflows waits until an edge without slots has a worker answer a call.
func overflows(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	e := chat("")
	for {
		err := callTimes(addr, 1, &e)
		if err == nil {
			return nil
		}
		if rest(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("no worker takes a call: %w", err)
		}
	}
}

// latenciesOf makes n whole calls and n streams, one after another, and returns what
// the calls took, and the streams to their first event.
func latenciesOf(addr string, n int) (whole, first load.Latencies, err error) {
	client, err := load.Dial(addr)
	if err != nil {
		return nil, nil, err
	}
	defer client.Close()
	call := chat("")
	for range n {
		began := time.Now()
		if err := client.Call(&call); err != nil {
			return nil, nil, err
		}
		whole = append(whole, time.Since(began))
	}
	for range n {
		took, err := firstEvent(addr)
		if err != nil {
			return nil, nil, err
		}
		first = append(first, took)
	}
	whole.Sort()
	first.Sort()
	return whole, first, nil
}

// firstEvent makes one stream on a connection of its own, reads it to its end, and
// returns what its first event took from when the connection was there.
func firstEvent(addr string) (time.Duration, error) {
	client, err := load.Dial(addr)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	e := stream("mock-chunks-3-bytes-30", "Connection: close")
	began := time.Now()
	if err := client.Send(e.Request); err != nil {
		return 0, err
	}
	if err := client.FirstEvent(); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, client.Rest()
}
