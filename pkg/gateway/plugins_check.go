package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// PluginCheck finds what nodes would refuse of a configuration's plugins, where it is not
// put in force: each is made, and closed again.
type PluginCheck struct {
	Kinds []plugin.Kind
	// Elsewhere: the nodes are on other machines, whose files are not to be seen here.
	Elsewhere bool
}

// Check checks the plugins of a configuration that an earlier one, which may be nil, did not
// have so. Its error is a *config.Problems.
func (c *PluginCheck) Check(cfg, earlier *config.Config) error {
	var found config.Problems
	add := func(at config.Path, rest, message string) {
		path := at.String()
		if rest != "" {
			path += "." + rest
		}
		found.List = append(found.List, config.Problem{Path: path, Message: message})
	}
	on := 0
	for i := range cfg.Plugins {
		p, at := &cfg.Plugins[i], config.Path{"plugins", i}
		if p.On() {
			on++
		}
		known := func(was config.Plugin) bool { return was.On() && was.Equal(p) }
		if earlier != nil && slices.ContainsFunc(earlier.Plugins, known) {
			continue
		}
		err := c.make(p)
		var inside *config.Problems
		var path *plugin.PathError
		switch {
		case err == nil:
		case errors.Is(err, errNoKind):
			add(at.With("kind"), "", err.Error())
		case errors.As(err, &inside):
			for _, problem := range inside.List {
				add(at.With("config"), problem.Path, problem.Message)
			}
		case errors.As(err, &path):
			if !c.Elsewhere || !errors.Is(err, fs.ErrNotExist) {
				add(at.With("path"), "", path.Err.Error())
			}
		default:
			add(at, "", err.Error())
		}
	}
	if on > plugin.MaxPlugins {
		add(config.Path{"plugins"}, "", fmt.Sprintf("are %d, and at most %d can be used", on, plugin.MaxPlugins))
	}
	if found.List == nil {
		return nil
	}
	return &found
}

var errNoKind = errors.New("there is no such kind of plugin")

// make makes a plugin and closes it.
func (c *PluginCheck) make(p *config.Plugin) error {
	kind := kindNamed(c.Kinds, p.KindName())
	switch {
	case kind == nil && p.Kind == "" && p.OnError != "deny":
		return nil // one of Bifrost's, that nodes leave out
	case kind == nil:
		return errNoKind
	case !p.On():
		return nil
	}
	env := pluginEnv(p, slog.New(slog.DiscardHandler))
	env.Chat = func(context.Context, *api.Request) (*api.Response, error) {
		return nil, errors.New("the plugin is only checked")
	}
	env.Count = func(string) {}
	made, err := kind.Make(env, json.RawMessage(p.Config))
	if err != nil {
		return err
	}
	if closer, ok := made.(plugin.Closer); ok {
		return closer.Close()
	}
	return nil
}
