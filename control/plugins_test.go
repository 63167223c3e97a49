package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func TestPluginsAreManaged(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", "/api/plugins", `{"name":"rules","kind":"house","config":{"api_key":"0123456789abcdef","words":["x"]},"order":2}`)
	settings := made["plugin"].(map[string]any)["config"].(map[string]any)
	require.Equal(t, []any{"x"}, settings["words"])
	require.NotContains(t, settings["api_key"], "0123456789")
	d.call(409, "POST", "/api/plugins", `{"name":"rules"}`)
	d.call(422, "POST", "/api/plugins", `{"name":"bad","ops":["telepathy"]}`)
	d.call(422, "POST", "/api/plugins", `{"name":"bad","on_error":"perhaps"}`)
	d.call(200, "POST", "/api/plugins", `{"name":"other","enabled":false}`)

	require.EqualValues(t, 2, d.call(200, "GET", "/api/plugins", "")["total_count"])
	changed := d.call(200, "PUT", "/api/plugins/rules", `{"enabled":false,"rollout_percent":10}`)["plugin"].(map[string]any)
	require.Equal(t, false, changed["enabled"])
	require.EqualValues(t, 10, changed["rollout_percent"])
	require.EqualValues(t, 2, changed["order"])
	require.Equal(t, "disabled", d.call(200, "GET", "/api/plugins/rules/status", "")["status"])
	d.call(404, "GET", "/api/plugins/none/status", "")
	d.call(200, "DELETE", "/api/plugins/rules", "")
	d.call(404, "GET", "/api/plugins/rules", "")
}

// house is a kind of plugins that wants words in its configuration.
func house() plugin.Kind {
	return plugin.Kind{Name: "house", Make: func(_ plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
		var s struct{ Words []string }
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		if len(s.Words) == 0 {
			return nil, errors.New("there are no words")
		}
		return forbids(s.Words), nil
	}}
}

// forbids refuses requests that have one of its words, and hides them in answers.
type forbids []string

func (forbids) Name() string { return "house" }

func (f forbids) BeforeRoute(_ context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	c.Note("tenant", c.Header("x-tenant"))
	text := c.Request.Messages[0].Parts[0].Text
	switch {
	case text == "panic":
		panic("on purpose, with sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD")
	case text == "cached":
		return &plugin.Answer{Response: &api.Response{Op: c.Op, Choices: []api.Choice{{Parts: []api.Part{{Kind: api.PartText, Text: "From here."}}}}}}, nil
	case slices.Contains(f, text):
		return nil, api.Invalid("house_rules", "messages", "Not here.")
	}
	return nil, nil
}

func (f forbids) AfterAttempt(_ context.Context, _ *plugin.Call, r *api.Response, err *api.Error) *api.Error {
	for i := range r.Choices {
		f.hide(&r.Choices[i].Parts[0].Text)
	}
	return err
}

func (f forbids) OnEvents(_ context.Context, _ *plugin.Call, events []api.Event) ([]api.Event, *api.Error) {
	for i := range events {
		f.hide(&events[i].Text)
	}
	return events, nil
}

func (f forbids) hide(text *string) {
	for _, word := range f {
		*text = strings.ReplaceAll(*text, word, "***")
	}
}

func TestAPluginThatNodesWouldRefuseIsNotCommitted(t *testing.T) {
	d := open(t)
	refusal := d.call(422, "POST", "/api/plugins", `{"name":"a","kind":"nonesuch"}`)["error"].(map[string]any)
	require.Equal(t, "invalid_request", refusal["code"])
	require.Equal(t, []any{map[string]any{"path": "body.kind", "message": "there is no such kind of plugin"}}, refusal["details"])
	refusal = d.call(422, "POST", "/api/plugins", `{"name":"a","kind":"house","config":{"words":[]}}`)["error"].(map[string]any)
	require.Equal(t, []any{map[string]any{"path": "body", "message": "there are no words"}}, refusal["details"])
	d.call(422, "PATCH", "/api/config", `{"plugins":[{"name":"a","kind":"house"}]}`)
	require.EqualValues(t, 0, d.call(200, "GET", "/api/plugins", "")["total_count"])
}

func TestAPluginIsTriedOnASample(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/plugins", `{"name":"h","kind":"house","config":{"words":["sample"]},"enabled":false}`)
	try := func(content, rest string) map[string]any {
		return d.call(200, "POST", "/api/plugins/h/test", fmt.Sprintf(`{"request":{"model":"m","messages":[{"role":"user","content":%q}]%s},"headers":{"X-Tenant":"blue"}}`, content, rest))
	}
	said := func(answer map[string]any) string {
		choice := answer["response"].(map[string]any)["choices"].([]any)[0].(map[string]any)
		return choice["message"].(map[string]any)["content"].(string)
	}
	passed := try("Hello", "")
	require.Equal(t, "passed", passed["verdict"])
	require.Equal(t, "This is a *** of an answer.", said(passed))
	require.Equal(t, []any{"tenant:blue"}, passed["notes"])
	require.Len(t, passed["points"], 2)
	require.Equal(t, "m", passed["request"].(map[string]any)["model"])
	require.Equal(t, "This is a *** of an answer.", said(try("Hello", `,"stream":true`)))

	refused := try("sample", "")
	require.Equal(t, "refused", refused["verdict"])
	require.Equal(t, map[string]any{"status": 400.0, "code": "house_rules", "message": "Not here."}, refused["error"])
	require.NotContains(t, refused, "request")

	answered := try("cached", "")
	require.Equal(t, "answered", answered["verdict"])
	require.Equal(t, "From here.", said(answered))

	failed := try("panic", "")
	require.Equal(t, "failed", failed["verdict"])
	require.Contains(t, failed["last_error"], "on purpose")
	require.NotContains(t, failed["last_error"], "sk-proj-abc")

	d.call(422, "POST", "/api/plugins/h/test", `{"request":{"messages":1}}`)
	d.call(422, "POST", "/api/plugins/h/test", `{"op":"telepathy"}`)
	d.call(422, "POST", "/api/plugins/h/test", `{"dialect":"latin"}`)
	d.call(404, "POST", "/api/plugins/other/test", `{}`)
	require.Equal(t, "passed", d.call(200, "POST", "/api/plugins/h/test", `{}`)["verdict"])
}

func TestAPluginShowsHowItDoesOnTheNodes(t *testing.T) {
	d := open(t)
	d.call(200, "POST", "/api/plugins", `{"name":"h","kind":"house","config":{"words":["x"]}}`)
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d.nodes.tell(
		member.State{Node: "a", Plugins: []member.Plugin{{Name: "h", State: "active", Calls: 10, P99: 0.5}}},
		member.State{Node: "b", Plugins: []member.Plugin{
			{Name: "h", State: "isolated", Calls: 5, Errors: 3, P99: 2, IsolatedSince: since, LastError: "panic", Points: []member.PluginPoint{{Point: "before_route", Calls: 5}}},
			{Name: "other", State: "failing"},
		}},
	)
	p := d.call(200, "GET", "/api/plugins/h", "")["plugin"].(map[string]any)
	status := p["status"].(map[string]any)
	require.Equal(t, "isolated", status["status"])
	require.EqualValues(t, 15, status["calls"])
	require.EqualValues(t, 3, status["errors"])
	require.EqualValues(t, 2, status["p99_ms"])
	nodes := status["nodes"].([]any)
	require.Len(t, nodes, 2)
	require.Equal(t, "2026-01-02T03:04:05Z", nodes[1].(map[string]any)["isolated_since"])
	p["enabled"] = false
	sent, err := json.Marshal(p)
	require.NoError(t, err)
	changed := d.call(200, "PUT", "/api/plugins/h", string(sent))["plugin"].(map[string]any)
	require.Equal(t, "disabled", changed["status"].(map[string]any)["status"], "an answer can be sent back")
}

func TestAPluginIsUpgradedStepByStepAndRolledBack(t *testing.T) {
	d := open(t)
	plugin := func(answer map[string]any) map[string]any { return answer["plugin"].(map[string]any) }
	d.call(200, "POST", "/api/plugins", `{"name":"h","kind":"house","order":3,"version":"1","config":{"words":["x"],"api_key":"0123456789abcdef"}}`)
	d.call(422, "POST", "/api/plugins/h/upgrade", `{}`)
	d.call(422, "POST", "/api/plugins/h/upgrade", `{"config":{"words":[]},"percent":10}`)
	d.call(404, "POST", "/api/plugins/other/upgrade", `{"version":"2"}`)
	d.call(409, "POST", "/api/plugins/h/rollback", `{}`)

	p := plugin(d.call(200, "POST", "/api/plugins/h/upgrade", `{"version":"2","config":{"words":["y"]},"percent":10}`))
	require.Equal(t, map[string]any{"version": "2", "config": map[string]any{"words": []any{"y"}}, "percent": 10.0}, p["upgrade"])
	require.Equal(t, "1", p["version"])
	d.nodes.tell(member.State{Node: "a", Plugins: []member.Plugin{{Name: "h", State: "active"}, {Name: "h (upgrade)", State: "failing", Calls: 3}}})
	status := plugin(d.call(200, "GET", "/api/plugins/h", ""))["status"].(map[string]any)
	require.Equal(t, "active", status["status"])
	require.Equal(t, "failing", status["upgrade"].(map[string]any)["status"])

	p = plugin(d.call(200, "POST", "/api/plugins/h/upgrade", `{"percent":50}`))
	require.EqualValues(t, 50, p["upgrade"].(map[string]any)["percent"])
	p = plugin(d.call(200, "POST", "/api/plugins/h/rollback", `{}`))
	require.NotContains(t, p, "upgrade")
	require.Equal(t, "1", p["version"])

	p = plugin(d.call(200, "POST", "/api/plugins/h/upgrade", `{"version":"2","config":{"words":["y"]}}`))
	require.Equal(t, "2", p["version"])
	require.Equal(t, map[string]any{"words": []any{"y"}}, p["config"])
	require.Equal(t, "1", p["previous"].(map[string]any)["version"])
	require.EqualValues(t, 3, p["order"])
	p = plugin(d.call(200, "POST", "/api/plugins/h/rollback", `{}`))
	require.Equal(t, "1", p["version"])
	require.Equal(t, []any{"x"}, p["config"].(map[string]any)["words"])
	require.NotContains(t, p, "previous")
	d.call(409, "POST", "/api/plugins/h/rollback", `{}`)
}

// ear is a plugin that is told of configurations, and takes what it is told of when it is well.
type ear struct{ well atomic.Bool }

func (*ear) Name() string         { return "ear" }
func (*ear) Subscribes() []string { return []string{plugin.EventConfig} }

func (e *ear) OnClusterEvent(context.Context, []plugin.Event) *api.Error {
	if e.well.Load() {
		return nil
	}
	return plugin.Failed("ear", "away")
}

func TestEventsThatAPluginHasNotTakenAreListedToldAgainAndForgotten(t *testing.T) {
	d := open(t)
	require.Empty(t, d.call(200, "GET", "/api/plugins/ear/dead", "")["letters"])
	d.ear = &ear{}
	d.call(200, "POST", "/api/plugins", `{"name":"ear","kind":"house","config":{"words":["x"]}}`)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.feeder.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	letters := func() []any { return d.call(200, "GET", "/api/plugins/ear/dead", "")["letters"].([]any) }
	order := 0
	require.Eventually(t, func() bool { // it is told of what happens from when it is first in force
		order++
		d.call(200, "PUT", "/api/plugins/ear", fmt.Sprintf(`{"order":%d}`, order))
		return len(letters()) >= 2
	}, time.Minute, 50*time.Millisecond)
	path := func(letter any) string {
		return fmt.Sprintf("/api/plugins/ear/dead/%.0f", letter.(map[string]any)["sequence"])
	}
	all := letters()
	first := all[0].(map[string]any)
	require.Contains(t, first["reason"], "away")
	require.Equal(t, "config", first["events"].([]any)[0].(map[string]any)["kind"])
	require.Len(t, d.call(200, "GET", "/api/plugins/ear/dead?limit=1", "")["letters"], 1)
	require.Equal(t, "plugin_failed", code(d.call(502, "POST", path(all[0])+"/retry", "")))
	d.ear.well.Store(true)
	require.Equal(t, "taken", d.call(200, "POST", path(all[0])+"/retry", "")["status"])
	require.Equal(t, "forgotten", d.call(200, "DELETE", path(all[1]), "")["status"])
	require.Equal(t, "not_found", code(d.call(404, "DELETE", path(all[1]), "")))
	require.Equal(t, "not_found", code(d.call(404, "POST", path(all[0])+"/retry", "")))
	d.call(422, "DELETE", "/api/plugins/ear/dead/x", "")
}
