package plugin_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

type hook func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error)

func (hook) Name() string { return "h" }

func (h hook) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return h(ctx, c)
}

func state() *plugin.State {
	return plugin.NewState("h", slog.New(slog.DiscardHandler))
}

func chainOf(t testing.TB, s plugin.Settings, st *plugin.State, h hook) *plugin.Chain {
	t.Helper()
	c, err := plugin.NewChain([]*plugin.Entry{plugin.NewEntry("h", plugin.NewMade(h, st), s)})
	require.NoError(t, err)
	return c
}

func route(c *plugin.Chain, call plugin.Call) *api.Error {
	r := plugin.Run{Call: call}
	if !c.Begin(&r) {
		return nil
	}
	defer r.End()
	_, err := r.Route()
	return err
}

func TestAPluginThatCrashesAgainAndAgainIsLeftOut(t *testing.T) {
	st, called := state(), 0
	c := chainOf(t, plugin.Settings{}, st, func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
		called++
		panic("oh")
	})
	for range 10 {
		err := route(c, plugin.Call{Op: api.OpChat})
		require.Nil(t, err)
	}
	require.Equal(t, 3, called)
	s := st.Status()
	require.Equal(t, "isolated", s.State)
	require.Equal(t, "panic: oh", s.LastError)
	require.Equal(t, uint64(3), s.Points[0].Verdicts[plugin.HasCrashed])
	require.Equal(t, uint64(7), s.Points[0].Verdicts[plugin.Skipped])
}

func TestWithoutAPluginThatMayNotFailCallsAreRefused(t *testing.T) {
	st := state()
	c := chainOf(t, plugin.Settings{Deny: true}, st, func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
		return nil, plugin.Failed("h", errors.New("secret detail").Error())
	})
	err := route(c, plugin.Call{Op: api.OpChat})
	require.Equal(t, "plugin_failed", err.Code)
	require.NotContains(t, err.Message, "secret")
	require.Nil(t, err.Raw)
	require.Equal(t, "failing", st.Status().State)
	err = route(c, plugin.Call{Op: api.OpImageEdit})
	require.Nil(t, err, "it is not for pictures")
}

func TestAHookHasUntilItsTimeIsOver(t *testing.T) {
	c := chainOf(t, plugin.Settings{Timeout: time.Millisecond}, state(), func(ctx context.Context, _ *plugin.Call) (*plugin.Answer, *api.Error) {
		until, ok := ctx.Deadline()
		require.True(t, ok)
		require.WithinDuration(t, time.Now(), until, time.Minute)
		require.Nil(t, ctx.Value("x"))
		<-ctx.Done()
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		return nil, nil
	})
	for range 2 {
		err := route(c, plugin.Call{Op: api.OpChat})
		require.Nil(t, err)
	}
}

func TestARollOutTakesTheSameCallsEachTime(t *testing.T) {
	called := map[string]int{}
	c := chainOf(t, plugin.Settings{Percent: 30}, state(), func(_ context.Context, call *plugin.Call) (*plugin.Answer, *api.Error) {
		called[call.ID]++
		return nil, nil
	})
	for i := range 2000 {
		id := time.Duration(i % 1000).String()
		_ = route(c, plugin.Call{Op: api.OpChat, ID: id})
	}
	require.InDelta(t, 300, len(called), 100)
	for id, n := range called {
		require.Equal(t, 2, n, id)
	}
}

func BenchmarkOneHook(b *testing.B) {
	c := chainOf(b, plugin.Settings{}, state(), func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) { return nil, nil })
	r := plugin.Run{Call: plugin.Call{Op: api.OpChat}}
	c.Begin(&r)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = r.Route()
	}
}
