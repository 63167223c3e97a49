package plugin_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func entry(s *scripted, settings plugin.Settings) *plugin.Entry {
	state := plugin.NewState(s.name, slog.New(slog.DiscardHandler))
	return plugin.NewEntry(s.name, plugin.NewMade(s, state), settings)
}

func chain(t *testing.T, entries ...*plugin.Entry) *plugin.Chain {
	t.Helper()
	c, err := plugin.NewChain(entries)
	require.NoError(t, err)
	return c
}

// begun begins the run of a chat.
func begun(t *testing.T, c *plugin.Chain, call plugin.Call) *plugin.Run {
	t.Helper()
	call.Op = api.OpChat
	r := &plugin.Run{Call: call}
	require.True(t, c.Begin(r))
	t.Cleanup(r.End)
	return r
}

func refusal() *api.Error { return api.Errorf(api.KindPermission, "blocked", "No.") }

func TestPluginsAreCalledInOrderAndBackInReverse(t *testing.T) {
	var order string
	watcher := func(name string) *scripted {
		return &scripted{
			name:  name,
			route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) { order += name; return nil, nil },
			after: func(_ *plugin.Call, _ *api.Response, err *api.Error) *api.Error { order += "-" + name; return err },
		}
	}
	c := chain(t,
		entry(watcher("d"), plugin.Settings{Placement: plugin.AfterBuiltIn, Order: 2}),
		entry(watcher("c"), plugin.Settings{Placement: plugin.AfterBuiltIn, Order: 1}),
		entry(watcher("b"), plugin.Settings{Placement: plugin.BuiltIn}),
		entry(watcher("a"), plugin.Settings{Placement: plugin.BeforeBuiltIn, Order: 9}))
	r := begun(t, c, plugin.Call{})
	_, err := r.Route()
	require.Nil(t, err)
	require.Nil(t, r.After(&api.Response{}, nil))
	require.Equal(t, "abcd-d-c-b-a", order)
}

func TestAnAnswerIsSeenByThoseThatCameBeforeIt(t *testing.T) {
	var seen string
	sees := func(name string) func(*plugin.Call, *api.Response, *api.Error) *api.Error {
		return func(_ *plugin.Call, _ *api.Response, err *api.Error) *api.Error { seen += name; return err }
	}
	pass := func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) { return nil, nil }
	c := chain(t,
		entry(&scripted{name: "a", route: pass, after: sees("a")}, plugin.Settings{}),
		entry(&scripted{name: "b", after: sees("b"), route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
			return &plugin.Answer{Response: &api.Response{}}, nil
		}}, plugin.Settings{}),
		entry(&scripted{name: "c", route: pass, after: sees("c")}, plugin.Settings{}))
	r := begun(t, c, plugin.Call{})
	a, err := r.Route()
	require.Nil(t, err)
	require.NotNil(t, a)
	r.After(a.Response, nil)
	require.Equal(t, "a", seen)
}

func TestForWhichCallsAPluginIsCalled(t *testing.T) {
	chat := plugin.Call{Op: api.OpChat, Model: "gpt-5", Caller: plugin.Caller{VirtualKeyID: "id1", VirtualKey: "web"}}
	for name, tc := range map[string]struct {
		settings plugin.Settings
		want     bool
	}{
		"all":               {plugin.Settings{}, true},
		"its key's id":      {plugin.Settings{VirtualKeys: []string{"x", "id1"}}, true},
		"its key's name":    {plugin.Settings{VirtualKeys: []string{"web"}}, true},
		"another key":       {plugin.Settings{VirtualKeys: []string{"x"}}, false},
		"its model":         {plugin.Settings{Models: []string{"gpt-5"}}, true},
		"a pattern":         {plugin.Settings{Models: []string{"gpt-*"}}, true},
		"another model":     {plugin.Settings{Models: []string{"claude-*"}}, false},
		"its operation":     {plugin.Settings{Ops: []api.Op{api.OpChat}}, true},
		"another operation": {plugin.Settings{Ops: []api.Op{api.OpEmbedding}}, false},
	} {
		called := false
		c := chain(t, entry(&scripted{name: "p", route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
			called = true
			return nil, nil
		}}, tc.settings))
		r := begun(t, c, chat)
		if r.Wanted() {
			_, err := r.Route()
			require.Nil(t, err)
		}
		require.Equal(t, tc.want, called, name)
	}
}

func TestARolloutTakesItsPartOfCallsWhoseIdsAreAlike(t *testing.T) {
	c := chain(t, entry(&scripted{name: "p", route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) { return nil, nil }},
		plugin.Settings{Percent: 25}))
	const calls = 4000
	taken := 0
	for i := range calls {
		if begun(t, c, plugin.Call{ID: fmt.Sprint("call-", i)}).Wanted() {
			taken++
		}
	}
	require.InDelta(t, calls/4, taken, calls/20)
}

func TestAPluginThatRefusesIsHeardWhateverItsFailingMeans(t *testing.T) {
	r := begun(t, chain(t, entry(&scripted{name: "p", route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) {
		return nil, refusal()
	}}, plugin.Settings{})), plugin.Call{})
	_, err := r.Route()
	require.Equal(t, "blocked", err.Code)
}

func TestAnErrorCanBeTakenBackOnlyWithAnAnswer(t *testing.T) {
	was := refusal()
	back := func(say bool) *api.Error {
		r := begun(t, chain(t, entry(&scripted{name: "p", after: func(_ *plugin.Call, a *api.Response, _ *api.Error) *api.Error {
			if say {
				a.Choices = []api.Choice{{}}
			}
			return nil
		}}, plugin.Settings{})), plugin.Call{})
		return r.After(&api.Response{}, was)
	}
	require.Nil(t, back(true))
	require.Equal(t, was, back(false))
}

func TestAPluginIsClosedWhenNoCallUsesItAnyMore(t *testing.T) {
	closed := 0
	e := entry(&scripted{name: "p", route: func(context.Context, *plugin.Call) (*plugin.Answer, *api.Error) { return nil, nil }, closed: func() { closed++ }},
		plugin.Settings{})
	old := chain(t, e)
	r := &plugin.Run{Call: plugin.Call{Op: api.OpChat}}
	require.True(t, old.Begin(r))
	next := chain(t, e) // the next configuration has it too
	old.Retire()
	r.End()
	require.Zero(t, closed)
	r2 := &plugin.Run{}
	require.True(t, next.Begin(r2))
	next.Retire()
	require.Zero(t, closed, "a call uses it")
	r2.End()
	e.State().Wait()
	require.Equal(t, 1, closed)
	require.False(t, next.Begin(&plugin.Run{}), "it is given up")
}
