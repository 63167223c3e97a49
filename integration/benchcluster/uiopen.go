package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasthttp/websocket"
)

// openPages is how many have the overview open.
const openPages = 20

// asked is what the overview asks anew at most every two seconds while calls come.
var asked = []string{
	"/api/logs?limit=1", "/api/logs/stats", "/api/logs/histogram?bucket_seconds=60", "/api/logs/histogram?bucket_seconds=60&by=provider",
	"/api/logs/histogram/latency?bucket_seconds=60", "/api/logs/histogram/cost?bucket_seconds=60",
}

// measureUIOpen compares what an edge needs for a call while nobody looks on with what it
// needs while pages of the UI are open, taking turns. The pages are WebSocket clients that
// subscribe, beat and ask as the overview does: as many browsers would measure themselves.
func measureUIOpen(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 1})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	edge, d := c.edges[0], o.of(3*time.Second, time.Second)
	cost := func() (float64, error) { return perCall(ctx, edge.Addr, d, chat(""), edge) }
	var told atomic.Int64
	ratio, err := rounds(o, cost, func() (float64, error) {
		shut, err := c.openPages(ctx, &told)
		if err != nil {
			return 0, err
		}
		used, err := cost()
		return used, errors.Join(err, shut())
	})
	if err != nil {
		return nil, err
	}
	if told.Load() == 0 {
		return nil, errors.New("the pages were told nothing")
	}
	return []figure{{
		fmt.Sprintf("CPU of a call with the UI open %d times / not", openPages), "≤ 1.02", show(ratio),
		"edge's CPU per call, in turns; WebSocket clients that ask as the overview does",
	}}, nil
}

// openPages opens them, and returns what closes them.
func (c *cluster) openPages(ctx context.Context, told *atomic.Int64) (shut func() error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var open sync.WaitGroup
	errs := make([]error, openPages)
	stop := func() error {
		cancel()
		open.Wait()
		return errors.Join(errs...)
	}
	for i := range openPages {
		conn, err := c.lookOn(ctx)
		if err != nil {
			return nil, errors.Join(err, stop())
		}
		open.Go(func() {
			for {
				if _, _, err := conn.ReadMessage(); err != nil {
					return // it is closed
				}
				told.Add(1)
			}
		})
		open.Go(func() {
			defer conn.Close()
			errs[i] = c.askLikeAPage(ctx, conn)
		})
	}
	return stop, nil
}

// lookOn connects to the WebSocket as a page does, by a ticket.
func (c *cluster) lookOn(ctx context.Context) (*websocket.Conn, error) {
	answer, err := c.admin(ctx, "POST", "/api/session/ws-ticket", "")
	if err != nil {
		return nil, err
	}
	ticket, _ := answer["ticket"].(string)
	conn, response, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+c.control.Addr+"/ws?ticket="+url.QueryEscape(ticket), nil)
	if response != nil {
		_ = response.Body.Close() // it has none that matters
	}
	return conn, err
}

// askLikeAPage subscribes, which is a page's heartbeat too, and asks for figures until ctx ends.
func (c *cluster) askLikeAPage(ctx context.Context, conn *websocket.Conn) error {
	for ctx.Err() == nil {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"subscribe":["log","cluster","config"],"filter":{}}`)); err != nil {
			return err
		}
		for _, path := range asked {
			if _, err := c.admin(ctx, "GET", path, ""); err != nil && ctx.Err() == nil {
				return err
			}
		}
		_ = rest(ctx, 2*time.Second) // the loop looks at ctx
	}
	return nil
}
