package breaker

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

type fixture struct {
	*breaker
	t      testing.TB
	clock  time.Time
	counts map[string]int
}

func made(t testing.TB, settings string) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: time.Unix(1_800_000_000, 0), counts: map[string]int{}}
	env := plugin.Env{Name: "breaker", Log: slog.New(slog.DiscardHandler), Count: func(what string) { f.counts[what]++ }}
	p, err := Kind().Make(env, json.RawMessage(settings))
	require.NoError(t, err)
	f.breaker = p.(*breaker)
	f.now = func() time.Time { return f.clock }
	return f
}

func call(model string) *plugin.Call { return &plugin.Call{Provider: "openai", Model: model} }

var down = &api.Error{Kind: api.KindUnavailable, Provider: "openai", Message: "x"}

// attempt makes an attempt that ends with an error, or nil, and returns why it was refused.
func (f *fixture) attempt(model string, err *api.Error) *api.Error {
	f.t.Helper()
	c := call(model)
	if _, refused := f.BeforeAttempt(f.t.Context(), c); refused != nil {
		return refused
	}
	require.Equal(f.t, err, f.AfterAttempt(f.t.Context(), c, nil, err))
	if err == nil {
		f.AfterCall(&plugin.Done{Call: c, Attempts: 1, Took: time.Second})
	}
	return nil
}

func TestACircuitOpensIsProbedAndCloses(t *testing.T) {
	f := made(t, `{"failures":3,"window":"10s","open_for":"5s","open_at_most":"8s"}`)
	for range 3 {
		require.Nil(t, f.attempt("a", down))
	}
	refused := f.attempt("a", nil)
	require.Equal(t, []any{"circuit_open", api.KindOverloaded, 5 * time.Second}, []any{refused.Code, refused.Kind, refused.RetryAfter})
	require.Nil(t, f.attempt("b", nil), "another model")
	f.clock = f.clock.Add(5 * time.Second)
	require.Nil(t, f.attempt("a", down), "the probe, which fails")
	f.clock = f.clock.Add(5 * time.Second)
	require.NotNil(t, f.attempt("a", nil), "it is open for longer, and for no longer than the most")
	f.clock = f.clock.Add(3 * time.Second)
	_, first := f.BeforeAttempt(t.Context(), call("a"))
	_, second := f.BeforeAttempt(t.Context(), call("a"))
	require.Nil(t, first)
	require.NotNil(t, second, "one probe at a time")
	f.AfterCall(&plugin.Done{Call: call("a"), Attempts: 1})
	require.Nil(t, f.attempt("a", nil))
	require.Equal(t, map[string]int{"opened": 1, "refused": 3, "closed": 1}, f.counts)
}

func TestAProbeThatSaysNothingIsGivenUp(t *testing.T) {
	f := made(t, `{"failures":1,"failure_percent":0,"open_for":"1s"}`)
	require.Nil(t, f.attempt("a", down))
	f.clock = f.clock.Add(time.Second)
	_, refused := f.BeforeAttempt(t.Context(), call("a"))
	require.Nil(t, refused)
	f.clock = f.clock.Add(probePatience)
	require.Nil(t, f.attempt("a", nil))
}

func TestOldAttemptsAndAFewFailuresOfManyDoNotCount(t *testing.T) {
	f := made(t, `{"failures":3,"failure_percent":50,"window":"10s"}`)
	for range 5 {
		require.Nil(t, f.attempt("a", down))
		f.clock = f.clock.Add(6 * time.Second)
	}
	f = made(t, `{"failures":3,"failure_percent":50,"window":"10s"}`)
	require.Nil(t, f.attempt("a", down))
	for range 10 {
		require.Nil(t, f.attempt("a", nil))
	}
	for range 5 {
		require.Nil(t, f.attempt("a", down))
	}
	require.Nil(t, f.attempt("a", nil), "6 of 16")
}

func TestWhatCountsAsAFailure(t *testing.T) {
	f := made(t, `{"failures":1,"by":"provider"}`)
	for _, err := range []*api.Error{
		{Kind: api.KindInvalid, Provider: "openai"},
		{Kind: api.KindRateLimit, Provider: "openai"},
		{Kind: api.KindUnavailable},
		{Kind: api.KindCanceled},
		{Kind: api.KindOverloaded, Provider: "openai"},
	} {
		require.Nil(t, f.attempt("a", err))
	}
	require.Nil(t, f.attempt("a", down))
	require.NotNil(t, f.attempt("b", nil), "the provider has one circuit")

	f = made(t, `{"failures":1,"rate_limits":true}`)
	require.Nil(t, f.attempt("a", &api.Error{Kind: api.KindRateLimit, Provider: "openai"}))
	require.NotNil(t, f.attempt("a", nil))

	f = made(t, `{"failures":1,"slow":"500ms"}`)
	require.Nil(t, f.attempt("a", nil), "which takes a second")
	require.NotNil(t, f.attempt("a", nil))
}

func TestNotMoreCircuitsAreKeptThanThereIsRoomFor(t *testing.T) {
	f := made(t, `{"failures":2,"window":"10s"}`)
	for i := range maxCircuits + 10 {
		require.Nil(t, f.attempt(fmt.Sprint(i), down))
	}
	require.Len(t, f.circuits, maxCircuits)
	f.clock = f.clock.Add(time.Minute)
	require.Nil(t, f.attempt("one more", down))
	require.Len(t, f.circuits, 1)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	_, err := Kind().Make(plugin.Env{}, json.RawMessage(`{"open_for":"10s","open_at_most":"5s"}`))
	require.ErrorContains(t, err, "open_at_most: is less than open_for")
	_, err = Kind().Make(plugin.Env{}, json.RawMessage(`{"by":"key"}`))
	require.ErrorContains(t, err, "by: must be")
}

func BenchmarkAnAttemptWhileAllIsWell(b *testing.B) {
	f := made(b, `{}`)
	c := call("a")
	d := &plugin.Done{Call: c, Attempts: 1}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = f.BeforeAttempt(b.Context(), c)
		f.AfterCall(d)
	}
}
