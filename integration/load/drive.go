package load

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Drive sends requests until d has passed and returns how many were answered.
// It ends at the first wrong answer.
func Drive(ctx context.Context, clients []*Client, e *Exchange, d time.Duration) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	counts, errs := make([]int, len(clients)), make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				errs[i] = c.Call(e)
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

// Call sends a request and checks its answer.
func (c *Client) Call(e *Exchange) error {
	status, body, err := c.Do(e.Request)
	if err != nil {
		return err
	}
	return e.Want.Check(status, body)
}

// DialAll connects so many clients, or none.
func DialAll(addr string, n int) ([]*Client, error) {
	clients := make([]*Client, 0, n)
	for range n {
		c, err := Dial(addr)
		if err != nil {
			CloseAll(clients)
			return nil, err
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// CloseAll closes them all.
func CloseAll(clients []*Client) {
	for _, c := range clients {
		c.Close()
	}
}
