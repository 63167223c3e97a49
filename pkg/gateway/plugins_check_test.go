package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func TestPluginsAreCheckedBeforeTheyAreInForce(t *testing.T) {
	var made, closed int
	house := plugin.Kind{Name: "house", Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
		var s struct {
			Words int `json:"words,omitempty" minimum:"1"`
		}
		switch err := config.Decode(raw, &s); {
		case err != nil:
			return nil, err
		case env.Path == "gone":
			return nil, &plugin.PathError{Err: fmt.Errorf("open it: %w", fs.ErrNotExist)}
		case env.Path == "bad":
			return nil, &plugin.PathError{Err: errors.New("is no module")}
		}
		made++
		return &closingPlugin{&closed}, nil
	}}
	off := false
	for _, test := range []struct {
		name    string
		plugin  config.Plugin
		problem string // on the node's machine
		away    string // elsewhere
	}{
		{"a sound one", config.Plugin{Kind: "house", Config: config.Raw(`{"words":1}`)}, "", ""},
		{"the kind of its name", config.Plugin{Name: "house"}, "", ""},
		{"an unknown kind", config.Plugin{Kind: "x"}, "plugins[0].kind", "plugins[0].kind"},
		{"an unknown kind that is off", config.Plugin{Kind: "x", Enabled: &off}, "plugins[0].kind", "plugins[0].kind"},
		{"one of Bifrost's", config.Plugin{Name: "x"}, "", ""},
		{"one of Bifrost's that calls may not do without", config.Plugin{Name: "x", OnError: "deny"}, "plugins[0].kind", "plugins[0].kind"},
		{"settings that are wrong", config.Plugin{Kind: "house", Config: config.Raw(`{"words":0}`)}, "plugins[0].config.words", "plugins[0].config.words"},
		{"wrong settings of one that is off", config.Plugin{Kind: "house", Enabled: &off, Config: config.Raw(`{"words":0}`)}, "", ""},
		{"no file", config.Plugin{Kind: "house", Path: "gone"}, "plugins[0].path", ""},
		{"a file that is wrong", config.Plugin{Kind: "house", Path: "bad"}, "plugins[0].path", "plugins[0].path"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.plugin.Name == "" {
				test.plugin.Name = "p"
			}
			cfg := &config.Config{Plugins: []config.Plugin{test.plugin}}
			for elsewhere, path := range map[bool]string{false: test.problem, true: test.away} {
				err := (&gateway.PluginCheck{Kinds: []plugin.Kind{house}, Elsewhere: elsewhere}).Check(cfg, nil)
				if path == "" {
					require.NoError(t, err)
					continue
				}
				var problems *config.Problems
				require.ErrorAs(t, err, &problems)
				require.Len(t, problems.List, 1)
				require.Equal(t, path, problems.List[0].Path)
			}
			if test.plugin.On() {
				require.NoError(t, (&gateway.PluginCheck{}).Check(cfg, cfg), "what was there already is not looked at")
			}
		})
	}
	require.Equal(t, made, closed)
	require.NotZero(t, made)
	many := &config.Config{Plugins: make([]config.Plugin, plugin.MaxPlugins+1)}
	require.ErrorContains(t, (&gateway.PluginCheck{}).Check(many, nil), "at most 64")
}

type closingPlugin struct{ times *int }

func (*closingPlugin) Name() string { return "closingPlugin" }

func (c *closingPlugin) Close() error {
	*c.times++
	return nil
}

func TestAPluginWhoseFileIsMissingIsDoneWithout(t *testing.T) {
	there := false
	house := plugin.Kind{Name: "house", Make: func(plugin.Env, json.RawMessage) (plugin.Plugin, error) {
		if !there {
			return nil, &plugin.PathError{Err: fs.ErrNotExist}
		}
		return &closingPlugin{new(int)}, nil
	}}
	of := func(onError string) *config.Config {
		return &config.Config{
			Providers: map[string]config.Provider{"mock": {}},
			Plugins:   []config.Plugin{{Name: "p", Kind: "house", OnError: onError}},
		}
	}
	_, err := gateway.New(t.Context(), of("allow"), gateway.Options{Kinds: []plugin.Kind{house}})
	require.ErrorIs(t, err, fs.ErrNotExist, "a program that has not said otherwise is told")

	g, err := gateway.New(t.Context(), of("allow"), gateway.Options{Kinds: []plugin.Kind{house}, Absent: true})
	require.NoError(t, err)
	defer g.Close()
	ask := func() error {
		_, err := g.Chat(t.Context(), &api.Request{Model: "mock/any", Messages: []api.Message{{Role: api.RoleUser, Parts: []api.Part{{Text: "Hello"}}}}})
		return err
	}
	refused := func() bool {
		var e *api.Error
		return errors.As(ask(), &e) && e.Code == "plugin_absent" && e.Status == 503
	}
	require.True(t, g.PluginsAbsent())
	require.Equal(t, "absent", g.PluginStatus()["p"].State)
	require.False(t, refused(), "it may be done without")
	require.NoError(t, g.ApplyRevision(of("deny"), 2))
	require.True(t, refused())
	there = true
	require.NoError(t, g.ApplyRevision(of("deny"), 2))
	require.False(t, g.PluginsAbsent())
	require.False(t, refused())
}
