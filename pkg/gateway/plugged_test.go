package gateway_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
)

// hooks is a plugin that does what a test says.
type hooks struct {
	name    string
	route   func(*plugin.Call) (*plugin.Answer, *api.Error)
	attempt func(*plugin.Call) (*plugin.Answer, *api.Error)
	after   func(*plugin.Call, *api.Response, *api.Error) *api.Error
	events  func(*plugin.Call, []api.Event) ([]api.Event, *api.Error)
	done    []plugin.Done
	said    []string // of finished calls
}

func (h *hooks) Name() string       { return h.name }
func (h *hooks) WantsContent() bool { return true }

func (h *hooks) BeforeRoute(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	if h.route == nil {
		return nil, nil
	}
	return h.route(c)
}

func (h *hooks) BeforeAttempt(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	if h.attempt == nil {
		return nil, nil
	}
	return h.attempt(c)
}

func (h *hooks) AfterAttempt(_ context.Context, c *plugin.Call, r *api.Response, err *api.Error) *api.Error {
	if h.after == nil {
		return err
	}
	return h.after(c, r, err)
}

func (h *hooks) OnEvents(_ context.Context, c *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	if h.events == nil {
		return events, nil
	}
	return h.events(c, events)
}

func (h *hooks) AfterCall(d *plugin.Done) {
	own := *d
	h.done = append(h.done, own)
	if d.Response != nil && len(d.Response.Choices) > 0 {
		h.said = append(h.said, strings.Clone(d.Response.Choices[0].Parts[0].Text))
	}
}

// pluggedGateway is a gateway over the mock, with plugins. Its records come in order.
func pluggedGateway(t *testing.T, kinds []plugin.Kind, configured []config.Plugin, own ...plugin.Plugin) (*gateway.Gateway, *[]telemetry.Record) {
	t.Helper()
	var records []telemetry.Record
	g, done := newGateway(gateway.Options{
		Plugins: own, Kinds: kinds,
		Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records = append(records, *r) }},
	})
	t.Cleanup(done)
	if configured != nil {
		cfg := config.Default()
		cfg.Providers = map[string]config.Provider{"mock": {}}
		cfg.Plugins = configured
		require.NoError(t, g.Apply(cfg))
	}
	return g, &records
}

func ask(t *testing.T, g *gateway.Gateway) (string, error) {
	t.Helper()
	body := []byte(`{"model":"mock/demo","messages":[{"role":"user","content":"Hello"}]}`)
	answer, err := g.Raw(t.Context(), "openai", api.OpChat, body)
	if err != nil {
		return "", err
	}
	var said struct {
		Choices []struct{ Message struct{ Content string } }
	}
	require.NoError(t, json.Unmarshal(answer, &said))
	return said.Choices[0].Message.Content, nil
}

func answered(text string) *plugin.Answer {
	return &plugin.Answer{Response: &api.Response{Choices: []api.Choice{{Finish: api.FinishStop, Parts: []api.Part{{Kind: api.PartText, Text: text}}}}}}
}

func TestAPluginChangesTheRequestAndTheAnswer(t *testing.T) {
	h := &hooks{name: "h"}
	h.route = func(c *plugin.Call) (*plugin.Answer, *api.Error) {
		require.Equal(t, "mock/other", c.Request.Model)
		c.Request.Model = "mock/demo"
		c.Request.Messages[0].Parts[0].Text = "changed"
		c.Note("saw", "it")
		return nil, nil
	}
	h.attempt = func(c *plugin.Call) (*plugin.Answer, *api.Error) {
		require.Equal(t, []any{"mock", "demo", 1}, []any{c.Provider, c.Model, c.Attempt})
		return nil, nil
	}
	h.after = func(_ *plugin.Call, r *api.Response, err *api.Error) *api.Error {
		r.Choices[0].Parts[0].Text += "!"
		return err
	}
	g, records := pluggedGateway(t, nil, nil, h)
	mine := &api.Request{Model: "mock/other", Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}}}
	r, err := g.Chat(t.Context(), mine)
	require.NoError(t, err)
	require.Equal(t, "You said: changed!", r.Choices[0].Parts[0].Text)
	require.Equal(t, "Hello", mine.Messages[0].Parts[0].Text, "the program's own request is left alone")
	require.Equal(t, "saw:it", (*records)[0].Detail.Marks)
	require.Len(t, h.done, 1)
	require.Equal(t, 200, h.done[0].Status)
	require.Equal(t, []string{"You said: changed!"}, h.said)
}

func TestAPluginAnswersRefusesAndTakesBack(t *testing.T) {
	no := api.Errorf(api.KindPermission, "not_here", "No.")
	for name, tc := range map[string]struct {
		h    hooks
		said string
		code string
	}{
		"answers before routing":     {hooks{route: func(*plugin.Call) (*plugin.Answer, *api.Error) { return answered("mine"), nil }}, "mine", ""},
		"answers before an attempt":  {hooks{attempt: func(*plugin.Call) (*plugin.Answer, *api.Error) { return answered("mine"), nil }}, "mine", ""},
		"refuses before routing":     {hooks{route: func(*plugin.Call) (*plugin.Answer, *api.Error) { return nil, no }}, "", "not_here"},
		"refuses before an attempt":  {hooks{attempt: func(*plugin.Call) (*plugin.Answer, *api.Error) { return nil, no }}, "", "not_here"},
		"turns an answer into error": {hooks{after: func(*plugin.Call, *api.Response, *api.Error) *api.Error { return no }}, "", "not_here"},
		"panics":                     {hooks{route: func(*plugin.Call) (*plugin.Answer, *api.Error) { panic("oh") }}, "You said: Hello", ""},
		"panics behind the attempt":  {hooks{after: func(*plugin.Call, *api.Response, *api.Error) *api.Error { panic("oh") }}, "You said: Hello", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tc.h.name = "h"
			g, records := pluggedGateway(t, nil, nil, &tc.h)
			said, err := ask(t, g)
			require.Equal(t, tc.said, said)
			if tc.code != "" {
				require.Equal(t, tc.code, apiError(t, err).Code)
				require.Empty(t, apiError(t, err).Provider)
			}
			require.Len(t, *records, 1)
			require.Equal(t, tc.code, (*records)[0].Code.String())
			if strings.HasPrefix(name, "turns") {
				require.NotZero(t, (*records)[0].Usage.Total(), "the provider has done its work")
			}
		})
	}
}

func TestAPluginHasACallTriedAgainWithWhatItHasChanged(t *testing.T) {
	h := &hooks{name: "h"}
	h.after = func(c *plugin.Call, r *api.Response, err *api.Error) *api.Error {
		if c.Attempt == 1 {
			c.Request.Messages[0].Parts[0].Text = "again"
			return c.Again(api.Errorf(api.KindInvalid, "not_json", "It is no JSON."))
		}
		return err
	}
	g, records := pluggedGateway(t, nil, nil, h)
	said, err := ask(t, g)
	require.NoError(t, err)
	require.Equal(t, "You said: again", said)
	require.Equal(t, 2, (*records)[0].Attempts)
	once, _ := pluggedGateway(t, nil, nil)
	_, err = ask(t, once)
	require.NoError(t, err)

	h.after = func(c *plugin.Call, _ *api.Response, _ *api.Error) *api.Error {
		return c.Again(api.Errorf(api.KindInvalid, "not_json", "It is no JSON."))
	}
	_, err = ask(t, g)
	require.Equal(t, "not_json", apiError(t, err).Code)
	require.Equal(t, 4, (*records)[1].Attempts)
}

func TestAPluginSeesAStreamInWindows(t *testing.T) {
	h := &hooks{name: "h"}
	h.events = func(_ *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
		for i := range events {
			events[i].Text = strings.ToUpper(events[i].Text)
		}
		return events, nil
	}
	g, records := pluggedGateway(t, nil, nil, h)
	stream := func() (text string, err error) {
		for e, err := range g.Stream(t.Context(), &api.Request{Model: "mock/demo", Messages: hello}) {
			if err != nil {
				return text, err
			}
			text += strings.Clone(e.Text)
		}
		return text, nil
	}
	text, err := stream()
	require.NoError(t, err)
	require.Equal(t, "YOU SAID: HELLO", text)
	require.Equal(t, []string{"YOU SAID: HELLO"}, h.said)
	require.False(t, (*records)[0].Truncated)
	require.NotZero(t, (*records)[0].Usage.Total())

	h.events = func(_ *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
		return nil, api.Errorf(api.KindPermission, "not_here", "No.")
	}
	_, err = stream()
	require.Equal(t, "not_here", apiError(t, err).Code)

	h.events, h.route = nil, func(*plugin.Call) (*plugin.Answer, *api.Error) { return answered("mine"), nil }
	text, err = stream()
	require.NoError(t, err)
	require.Equal(t, "mine", text)
}

// closing is a plugin that notes that it is closed.
type closing struct {
	*hooks
	closed *atomic.Int32
}

func (c closing) Close() error { c.closed.Add(1); return nil }

func TestConfiguredPluginsAreOrderedKeptAndClosed(t *testing.T) {
	var order []string
	made, closed := 0, atomic.Int32{}
	kind := plugin.Kind{Name: "note", Make: func(env plugin.Env, cfg json.RawMessage) (plugin.Plugin, error) {
		made++
		return closing{&hooks{name: env.Name, route: func(*plugin.Call) (*plugin.Answer, *api.Error) {
			order = append(order, env.Name+string(cfg))
			return nil, nil
		}}, &closed}, nil
	}}
	off := false
	all := []config.Plugin{
		{Name: "c", Kind: "note", Order: 2},
		{Name: "b", Kind: "note", Order: 1, Config: config.Raw(`{}`)},
		{Name: "a", Kind: "note", Placement: "pre_builtin", Order: 9},
		{Name: "off", Kind: "note", Enabled: &off},
		{Name: "other", Kind: "note", Models: []string{"gpt-*"}},
		{Name: "embed", Kind: "note", Ops: []string{"embedding"}},
		{Name: "vk", Kind: "note", VirtualKeys: []string{"ann"}},
		{Name: "governance"},
	}
	g, _ := pluggedGateway(t, []plugin.Kind{kind}, all)
	_, err := ask(t, g)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b{}", "c"}, order)
	require.Equal(t, 6, made)
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"mock": {}}
	cfg.Plugins = []config.Plugin{{Name: "b", Kind: "note", Order: 7, Config: config.Raw(`{}`)}}
	require.NoError(t, g.Apply(cfg))
	require.Equal(t, 6, made, "a plugin whose settings alone have changed lives on")
	require.Eventually(t, func() bool { return closed.Load() == 5 }, time.Minute, time.Millisecond)
	require.Contains(t, g.PluginStatus(), "governance")
	cfg.Plugins = []config.Plugin{{Name: "nobody", OnError: "deny"}}
	require.ErrorContains(t, g.Apply(cfg), "there is no kind of plugin")
}

func TestAnUpgradeStandsInForAPartOfThePluginsCalls(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	kind := plugin.Kind{Name: "note", Make: func(_ plugin.Env, cfg json.RawMessage) (plugin.Plugin, error) {
		return &hooks{name: "note", route: func(*plugin.Call) (*plugin.Answer, *api.Error) {
			mu.Lock()
			defer mu.Unlock()
			seen[string(cfg)]++
			return answered("done"), nil
		}}, nil
	}}
	g, _ := pluggedGateway(t, []plugin.Kind{kind}, nil)
	const calls = 200
	for percent, wanted := range map[float64]func(old, tried int) bool{
		0:   func(old, _ int) bool { return old == calls },
		100: func(_, tried int) bool { return tried == calls },
		50:  func(old, tried int) bool { return old > calls/5 && tried > calls/5 },
	} {
		clear(seen)
		require.NoError(t, g.Apply(&config.Config{
			Providers: map[string]config.Provider{"mock": {}},
			Plugins: []config.Plugin{{
				Name: "p", Kind: "note", Config: config.Raw(`{"v":1}`),
				Upgrade: &config.PluginUpgrade{Config: config.Raw(`{"v":2}`), Percent: percent},
			}},
		}))
		for range calls {
			_, err := ask(t, g)
			require.NoError(t, err)
		}
		old, tried := seen[`{"v":1}`], seen[`{"v":2}`]
		require.Equal(t, calls, old+tried, "each call has one version")
		require.True(t, wanted(old, tried), "%v%%: %d and %d", percent, old, tried)
	}
	require.Contains(t, g.PluginStatus(), "p"+gateway.UpgradeMark)
}
