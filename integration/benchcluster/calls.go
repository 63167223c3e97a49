package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// chat is a call in OpenAI's dialect with a caller's key, or, if that is empty,
// without one.
func chat(key string) load.Exchange {
	return exchange(`{"model":"openai/mock","messages":[{"role":"user","content":"Hello"}]}`, load.Want{Holds: `"finish_reason":"stop"`, End: "}"}, key, nil)
}

// stream is the same without a key, streamed, of the mock's model that is asked for.
func stream(model string, headers ...string) load.Exchange {
	return exchange(`{"model":"openai/`+model+`","messages":[{"role":"user","content":"Hello"}],"stream":true}`, load.Want{Holds: `"finish_reason":"stop"`, End: "data: [DONE]\n\n"}, "", headers)
}

func exchange(body string, want load.Want, key string, headers []string) load.Exchange {
	if key != "" {
		headers = append(headers, "Authorization: Bearer "+key)
	}
	return load.Exchange{Request: load.Post("/v1/chat/completions", body, headers...), Want: want}
}

// tally is what became of calls.
type tally struct {
	ok, failed int
	first      error // of those that failed
	took       load.Latencies
}

func (t *tally) add(other tally) {
	t.ok += other.ok
	t.failed += other.failed
	t.took = append(t.took, other.took...)
	if t.first == nil {
		t.first = other.first
	}
}

// why is the first failure, for the table.
func (t *tally) why() string {
	if t.first == nil {
		return ""
	}
	return "; first: " + t.first.Error()
}

// keepCalling has n callers call again and again until ctx ends, with a pause
// between calls. A call under way is finished. A connection that fails costs one
// call and is made anew.
func keepCalling(ctx context.Context, addr string, n int, pause time.Duration, e load.Exchange) tally {
	var mu sync.Mutex
	var all tally
	var calling sync.WaitGroup
	for range n {
		calling.Go(func() {
			t := callUntil(ctx, addr, pause, e)
			mu.Lock()
			defer mu.Unlock()
			all.add(t)
		})
	}
	calling.Wait()
	all.took.Sort()
	return all
}

func callUntil(ctx context.Context, addr string, pause time.Duration, e load.Exchange) (t tally) {
	var c *load.Client
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for ctx.Err() == nil {
		began := time.Now()
		var err error
		if c == nil {
			c, err = load.Dial(addr)
		}
		if err == nil {
			err = c.Call(&e)
		}
		switch {
		case err == nil:
			t.ok++
			t.took = append(t.took, time.Since(began))
		default:
			t.failed++
			if t.first == nil {
				t.first = err
			}
			if c != nil {
				c.Close()
				c = nil
			}
		}
		if pause > 0 || err != nil {
			_ = rest(ctx, max(pause, time.Millisecond)) // the loop looks at ctx
		}
	}
	return t
}

// loopConnections are those of a closed loop.
const loopConnections = 16

// perCall is the processor time that processes use for a call, in µs, while an
// address is called in a closed loop.
func perCall(ctx context.Context, addr string, d time.Duration, e load.Exchange, of ...*load.Process) (float64, error) {
	clients, err := load.DialAll(addr, loopConnections)
	if err != nil {
		return 0, err
	}
	defer load.CloseAll(clients)
	if _, err := load.Drive(ctx, clients, &e, 200*time.Millisecond); err != nil {
		return 0, err
	}
	before, err := used(of)
	if err != nil {
		return 0, err
	}
	calls, err := load.Drive(ctx, clients, &e, d)
	if err != nil {
		return 0, err
	}
	after, err := used(of)
	return float64((after - before).Microseconds()) / float64(calls), err
}

// perPacedCall is the same with callers who pause between calls.
func perPacedCall(ctx context.Context, addr string, n int, d time.Duration, e load.Exchange, of ...*load.Process) (float64, error) {
	before, err := used(of)
	if err != nil {
		return 0, err
	}
	calling, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	t := keepCalling(calling, addr, n, 5*time.Millisecond, e)
	after, err := used(of)
	switch {
	case err != nil:
		return 0, err
	case t.failed > 0:
		return 0, t.first
	case t.ok == 0:
		return 0, errors.Join(errors.New("no call was made"), ctx.Err())
	}
	return float64((after - before).Microseconds()) / float64(t.ok), nil
}

func used(of []*load.Process) (sum time.Duration, err error) {
	for _, p := range of {
		d, err := p.CPU()
		if err != nil {
			return 0, err
		}
		sum += d
	}
	return sum, nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
