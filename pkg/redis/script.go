package redis

import (
	"context"
	"errors"
	"net"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Script is a Lua script that can be run with [Client.Run].
type Script struct {
	script     *goredis.Script
	repeatable bool
}

// NewScript makes a script of its source. A repeatable one may be run twice in
// place of once: it reads only, or knows what it has done already.
func NewScript(source string, repeatable bool) *Script {
	return &Script{script: goredis.NewScript(source), repeatable: repeatable}
}

// Call is one run of a script. In Redis Cluster all keys share a hash tag.
type Call struct {
	Script *Script
	Keys   []string
	Args   []any

	Reply any
	Err   error
}

// Run runs a script and returns its answer, within the client's patience; that a
// caller leaves does not shorten it, but its deadline does. On an error that is not
// the server's own it may have run or not. A repeatable script whose connection
// broke is run once more.
func (c *Client) Run(ctx context.Context, s *Script, keys []string, args ...any) (any, error) {
	if c.breaker.open.Load() {
		return nil, ErrAway
	}
	begun := time.Now()
	bounded, cancel := c.bounded(ctx, begun)
	defer cancel()
	reply, err := s.script.Run(bounded, c.raw, keys, args...).Result()
	if err != nil && s.repeatable && broke(err) && bounded.Err() == nil {
		reply, err = s.script.Run(bounded, c.raw, keys, args...).Result()
	}
	if errors.Is(err, goredis.Nil) {
		reply, err = nil, nil
	}
	c.took(time.Since(begun), err != nil && isAway(err))
	c.breaker.note(ctx, err)
	return reply, err
}

// RunAll runs several scripts in one round trip, each with an outcome of its own
// in its Call.
func (c *Client) RunAll(ctx context.Context, calls []Call) {
	if c.breaker.open.Load() {
		for i := range calls {
			calls[i].Err = ErrAway
		}
		return
	}
	begun, failed := time.Now(), false
	bounded, cancel := c.bounded(ctx, begun)
	defer cancel()
	pipe := c.raw.Pipeline()
	sent := make([]*goredis.Cmd, len(calls))
	for i, call := range calls {
		sent[i] = call.Script.script.EvalSha(bounded, pipe, call.Keys, call.Args...)
	}
	pipe.Exec(bounded) //nolint:errcheck // each command has its own error
	for i := range calls {
		call := &calls[i]
		call.Reply, call.Err = sent[i].Result()
		if goredis.HasErrorPrefix(call.Err, "NOSCRIPT") || call.Script.repeatable && broke(call.Err) && bounded.Err() == nil {
			call.Reply, call.Err = call.Script.script.Run(bounded, c.raw, call.Keys, call.Args...).Result()
		}
		if errors.Is(call.Err, goredis.Nil) {
			call.Reply, call.Err = nil, nil
		}
		failed = failed || call.Err != nil && isAway(call.Err)
		c.breaker.note(ctx, call.Err)
	}
	c.took(time.Since(begun), failed)
}

// bounded has a script's answer be due within the client's time-out, or by the
// caller's deadline; its own deadline is the latest, as connections count it. It
// ends when the server turns out to be away.
func (c *Client) bounded(ctx context.Context, begun time.Time) (context.Context, context.CancelFunc) {
	due := begun.Add(c.timeout)
	if ends, ok := ctx.Deadline(); ok && ends.Before(due) {
		due = ends
	}
	return context.WithDeadline(c.breaker.serving.Load(), due.Add(grace))
}

// broke says whether a connection ended, rather than that time ran out.
func broke(err error) bool {
	if err == nil {
		return false
	}
	var answer goredis.Error
	var late net.Error
	return !errors.As(err, &answer) && !(errors.As(err, &late) && late.Timeout())
}
