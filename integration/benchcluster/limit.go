package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/asbru-gateway/asbru/integration/load"
)

// callTimes makes so many calls, one after another.
func callTimes(addr string, n int, e *load.Exchange) error {
	client, err := load.Dial(addr)
	if err != nil {
		return err
	}
	defer client.Close()
	for range n {
		if err := client.Call(e); err != nil {
			return err
		}
	}
	return nil
}

// measureLimit has callers at three edges contend for a limit that is smaller than
// what they want.
func measureLimit(ctx context.Context, o *options, dir string) ([]figure, error) {
	c, err := startCluster(ctx, o, dir, shape{edges: 3})
	if err != nil {
		return nil, err
	}
	defer c.stop()
	const limit, wanted, callers = 2000, 6000, 12
	key, err := c.newKey(ctx, "limited", fmt.Sprintf(`,"rate_limit":{"request_max_limit":%d,"request_reset_duration":"1h"}`, limit))
	if err != nil {
		return nil, err
	}
	e := chat(key)
	var passed, other atomic.Int64
	var calling sync.WaitGroup
	for i := range callers {
		calling.Go(func() {
			client, err := load.Dial(c.edges[i%len(c.edges)].Addr)
			if err != nil {
				other.Add(1)
				return
			}
			defer client.Close()
			for range wanted / callers {
				status, _, err := client.Do(e.Request)
				switch {
				case err != nil:
					other.Add(1)
					return
				case status == 200:
					passed.Add(1)
				case status != 429:
					other.Add(1)
				}
			}
		})
	}
	calling.Wait()
	if n := other.Load(); n > 0 {
		return nil, fmt.Errorf("%d calls were neither answered nor limited", n)
	}
	how := fmt.Sprintf("%d calls of one key at 3 edges, limit %d", wanted, limit)
	return []figure{
		{"over-admission of a limit", "0", fmt.Sprint(max(0, passed.Load()-limit)), how},
		{"admitted of a limit", "≥ 99 %", fmt.Sprintf("%.2f %%", 100*float64(passed.Load())/limit), how},
	}, nil
}
