package breaker

// Hot path where the plugin is configured.

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Kind is the kind of plugins that are circuit breakers.
func Kind() plugin.Kind {
	return plugin.Kind{
		Name: "circuit_breaker", Doc: "Keeps calls from models whose calls fail, for a while.", Settings: settings{},
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			var s settings
			if err := config.Decode(raw, &s); err != nil {
				return nil, err
			}
			if s.OpenAtMost < s.OpenFor {
				return nil, config.Fault("open_at_most", "is less than open_for")
			}
			return newBreaker(env, &s), nil
		},
	}
}

// breaker is the plugin. Safe for concurrent use.
type breaker struct {
	env        plugin.Env
	rules      rules
	byModel    bool
	rateLimits bool
	slow       time.Duration
	now        func() time.Time

	known    atomic.Int32 // how many circuits there are: none while all is well
	mu       sync.Mutex
	circuits map[place]*circuit
}

// place is what has a circuit. The model is empty where providers have one.
type place struct{ provider, model string }

// probePatience is how long a probe may say nothing: longer than most calls take.
const probePatience = 2 * time.Minute

func newBreaker(env plugin.Env, s *settings) *breaker {
	millis := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	return &breaker{
		env: env, byModel: s.By != "provider", rateLimits: s.RateLimits, slow: millis(s.Slow), now: time.Now, circuits: map[place]*circuit{},
		rules: rules{
			failures: s.Failures, part: s.FailurePercent / 100, slot: millis(s.Window) / slots, wait: millis(s.OpenFor), waitAtMost: millis(s.OpenAtMost),
			probeAtMost: probePatience,
		},
	}
}

// Name implements plugin.Plugin.
func (b *breaker) Name() string { return b.env.Name }

// HeadOnly implements plugin.HeadOnly.
func (b *breaker) HeadOnly() bool { return true }

func (b *breaker) place(c *plugin.Call) place {
	if b.byModel {
		return place{c.Provider, c.Model}
	}
	return place{provider: c.Provider}
}

// BeforeAttempt implements plugin.AttemptHook.
func (b *breaker) BeforeAttempt(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	if b.known.Load() == 0 {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.circuits[b.place(c)]
	if at == nil {
		return nil, nil
	}
	ok, after := at.enter(&b.rules, b.now())
	if ok {
		return nil, nil
	}
	b.env.Count("refused")
	err := api.Errorf(api.KindOverloaded, "circuit_open", "Calls of %s have failed, and it is not asked for a while.", c.Provider+"/"+c.Model)
	err.RetryAfter = time.Duration(math.Ceil(after.Seconds())) * time.Second
	return nil, err
}

// AfterAttempt implements plugin.AnswerHook.
func (b *breaker) AfterAttempt(_ context.Context, c *plugin.Call, _ *api.Response, err *api.Error) *api.Error {
	if err != nil && b.counts(err) {
		b.fail(c)
	}
	return err
}

// counts says whether an error is the provider's, and a failure.
func (b *breaker) counts(err *api.Error) bool {
	switch err.Kind {
	case api.KindUnavailable, api.KindTimeout:
		return err.Provider != "" // what is the gateway's own says nothing of the model
	case api.KindOverloaded:
		return err.Provider != "" && err.Sent != api.SentNo // else it is the gateway that has no room
	case api.KindRateLimit:
		return b.rateLimits && err.Provider != ""
	}
	return false
}

// AfterCall implements plugin.CallWatcher: whether a call was answered is known when it is
// over, since a stream may break off.
func (b *breaker) AfterCall(d *plugin.Done) {
	if d.Err != nil || d.Attempts == 0 {
		return
	}
	if b.slow > 0 && d.Took > b.slow {
		b.fail(d.Call)
		return
	}
	if b.known.Load() == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.circuits[b.place(d.Call)]
	if at != nil && at.passed(&b.rules, b.now()) {
		b.env.Count("closed")
		b.env.Log.Info("a circuit is closed: calls are answered again", "provider", d.Provider, "model", d.Model)
	}
}

// maxCircuits bounds how many are kept: callers may name any model.
const maxCircuits = 4096

func (b *breaker) fail(c *plugin.Call) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, where := b.now(), b.place(c)
	at := b.circuits[where]
	if at == nil {
		if len(b.circuits) >= maxCircuits {
			maps.DeleteFunc(b.circuits, func(_ place, c *circuit) bool { return c.idle(&b.rules, now) })
			if len(b.circuits) >= maxCircuits {
				return
			}
		}
		at = &circuit{}
		b.circuits[place{strings.Clone(where.provider), strings.Clone(where.model)}] = at
		b.known.Store(int32(len(b.circuits))) //nolint:gosec // bounded
	}
	if at.failed(&b.rules, now) {
		b.env.Count("opened")
		b.env.Log.Warn("a circuit is open: calls have failed", "provider", c.Provider, "model", c.Model, "for", at.wait)
	}
}
