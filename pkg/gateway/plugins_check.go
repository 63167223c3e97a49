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
	// Artefacts finds what plugins are made of. It may wait for the network.
	Artefacts Artefacts
	// Elsewhere: the nodes are on other machines, whose files are not to be seen here.
	Elsewhere bool
}

// Check checks the plugins of a configuration that an earlier one, which may be nil, did not
// have so. Its error is a *config.Problems.
func (c *PluginCheck) Check(cfg, earlier *config.Config) error {
	var found config.Problems
	on := 0
	for i := range cfg.Plugins {
		p, at := &cfg.Plugins[i], config.Path{"plugins", i}
		if p.On() {
			on++
		}
		c.look(&found, at, cfg, p, earlier)
		if upgraded := p.Upgraded(); upgraded != nil {
			on++
			full := 100.0 // also one that is not called yet
			upgraded.RolloutPercent = &full
			c.look(&found, at.With("upgrade"), cfg, upgraded, earlier)
		}
	}
	if on > plugin.MaxPlugins {
		found.List = append(found.List, config.Problem{Path: "plugins", Message: fmt.Sprintf("are %d, and at most %d can be used", on, plugin.MaxPlugins)})
	}
	if found.List == nil {
		return nil
	}
	return &found
}

// look checks one version of a plugin.
func (c *PluginCheck) look(found *config.Problems, at config.Path, cfg *config.Config, p *config.Plugin, earlier *config.Config) {
	if earlier == nil || !slices.ContainsFunc(earlier.Plugins, func(was config.Plugin) bool { return hasVersion(&was, p) }) {
		c.tell(found, at, p, c.check(cfg, p))
		return
	}
	if p.Artefact != "" && c.Artefacts != nil { // it may be trusted no more
		_, err := c.Artefacts.path(cfg, p)
		c.tell(found, at, p, err)
	}
}

// hasVersion says whether a plugin that was called, or its upgrade, is the same as p.
func hasVersion(was, p *config.Plugin) bool {
	upgraded := was.Upgraded()
	return was.On() && (was.Equal(p) || upgraded != nil && upgraded.Equal(p))
}

// tell adds what an error says of the plugin at a place.
func (c *PluginCheck) tell(found *config.Problems, at config.Path, p *config.Plugin, err error) {
	add := func(at config.Path, rest, message string) {
		path := at.String()
		if rest != "" {
			path += "." + rest
		}
		found.List = append(found.List, config.Problem{Path: path, Message: message})
	}
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
	case errors.As(err, &path) && p.Artefact != "":
		add(at.With("artefact"), "", path.Err.Error())
	case errors.As(err, &path):
		if !c.Elsewhere || !errors.Is(err, fs.ErrNotExist) {
			add(at.With("path"), "", path.Err.Error())
		}
	default:
		add(at, "", err.Error())
	}
}

var errNoKind = errors.New("there is no such kind of plugin")

// check makes a plugin, if nodes would, and closes it.
func (c *PluginCheck) check(cfg *config.Config, p *config.Plugin) error {
	switch known := kindNamed(c.Kinds, p.KindName()) != nil; {
	case !known && p.Kind == "" && p.OnError != "deny":
		return nil // one of Bifrost's, that nodes leave out
	case known && !p.On():
		return nil
	case known && p.Artefact != "" && c.Artefacts == nil:
		return nil // there is no cluster to look for it
	}
	made, err := c.made(cfg, p)
	if err != nil {
		return err
	}
	if closer, ok := made.(plugin.Closer); ok {
		return closer.Close()
	}
	return nil
}

// Subscriber makes a plugin of a configuration to be told of events of the cluster; nil for one
// of a kind that never is.
func (c *PluginCheck) Subscriber(cfg *config.Config, p *config.Plugin) (plugin.Plugin, error) {
	if kind := kindNamed(c.Kinds, p.KindName()); kind == nil || !kind.Subscribes {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	return c.made(cfg, p)
}

// made makes a plugin that has no model to ask.
func (c *PluginCheck) made(cfg *config.Config, p *config.Plugin) (plugin.Plugin, error) {
	kind := kindNamed(c.Kinds, p.KindName())
	if kind == nil {
		return nil, errNoKind
	}
	path, err := c.Artefacts.path(cfg, p)
	if err != nil {
		return nil, err
	}
	env := pluginEnv(p, slog.New(slog.DiscardHandler))
	env.Path = path
	env.Chat = func(context.Context, *api.Request) (*api.Response, error) {
		return nil, errors.New("no model is asked for a plugin that is only looked at")
	}
	env.Count = func(string) {}
	return kind.Make(env, json.RawMessage(p.Config))
}
