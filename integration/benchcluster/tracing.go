package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"
)

// tracedShare is the part of the calls that are traced.
const tracedShare = 0.1

// measureTracing compares what an edge needs for a call while none is traced with what it needs
// while one in ten is, taking turns. The collector lives in this program, whose time does not count.
func measureTracing(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	var told atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body) // what it was told is told by its size
		told.Add(n)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	defer collector.Close()
	edge, d := c.edges[0], o.of(3*time.Second, time.Second)
	cost := func(traced bool) func() (float64, error) {
		return func() (float64, error) {
			if err := c.trace(ctx, collector.URL, traced); err != nil {
				return 0, err
			}
			return perCall(ctx, edge.Addr, d, chat(""), edge)
		}
	}
	ratio, err := rounds(o, cost(false), cost(true))
	if err != nil {
		return nil, err
	}
	if told.Load() == 0 {
		return nil, errors.New("the collector was told nothing")
	}
	return []figure{{
		fmt.Sprintf("CPU of a call with %.0f %% traced / none", tracedShare*100), "≤ 1.1", show(ratio),
		fmt.Sprintf("edge's CPU per call, in turns; the collector was sent %d KB", told.Load()>>10),
	}}, nil
}

// trace has every edge send traces to a collector, or none.
func (c *cluster) trace(ctx context.Context, collector string, on bool) error {
	_, err := c.admin(ctx, "PATCH", "/api/config?wait=applied", fmt.Sprintf(
		`{"telemetry":{"collector":{"endpoint":%q},"traces":{"enabled":%t,"sample_ratio":%g}}}`, collector, on, tracedShare))
	return err
}
