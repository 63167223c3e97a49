package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// plugins are what outlives a configuration of the plugins: what they have done, and
// those that the program has brought. It is changed under Gateway.applying.
type plugins struct {
	states map[string]*plugin.State
	own    map[string]*plugin.Made
}

func newPlugins(all []plugin.Plugin, log *slog.Logger) *plugins {
	p := &plugins{states: map[string]*plugin.State{}, own: map[string]*plugin.Made{}}
	for _, own := range all {
		p.own[own.Name()] = plugin.NewMade(own, p.state(own.Name(), log))
	}
	return p
}

// state returns the state of the plugins of a name.
func (p *plugins) state(name string, log *slog.Logger) *plugin.State {
	s := p.states[name]
	if s == nil {
		s = plugin.NewState(name, log)
		p.states[name] = s
	}
	return s
}

// wait waits until those plugins are closed that are not used any more.
func (p *plugins) wait() {
	for _, s := range p.states {
		s.Wait()
	}
}

// madeFrom is a plugin, and what it was made from, so that it lives on while that does not
// change.
type madeFrom struct {
	config *config.Plugin
	made   *plugin.Made
}

// compilePlugins makes the plugins of a configuration, and takes over from old those that
// have not changed.
func (g *Gateway) compilePlugins(s *Snapshot, cfg *config.Config, old *Snapshot) error {
	var entries []*plugin.Entry
	configured := map[string]bool{}
	s.madePlugins = map[string]madeFrom{}
	for _, state := range g.plugins.states {
		state.Absent("") // it may be in the configuration no more
	}
	rails, err := g.compileGuardrails(cfg)
	if err != nil {
		return err
	}
	if rails != nil {
		entries = append(entries, rails)
	}
	for i := range cfg.Plugins {
		p := &cfg.Plugins[i]
		configured[p.KindName()] = true
		if !p.On() {
			continue
		}
		for name, version := range versionsOf(p) {
			e, err := g.compilePlugin(s, cfg, name, version, old)
			if err != nil {
				return fmt.Errorf("plugins.%s: %w", name, err)
			}
			if e != nil {
				entries = append(entries, e)
			}
		}
	}
	for _, p := range g.options.Plugins {
		if name := p.Name(); !configured[name] {
			entries = append(entries, plugin.NewEntry(name, g.plugins.own[name], plugin.Settings{Placement: plugin.BuiltIn}))
		}
	}
	s.plugins, err = plugin.NewChain(entries)
	return err
}

// UpgradeMark is behind the name of a plugin where its upgrade is meant, which has its own
// figures and is isolated by itself.
const UpgradeMark = " (upgrade)"

// versionsOf are the versions of a plugin that are called for some calls, each with what it
// is called in status and metrics.
func versionsOf(p *config.Plugin) iter.Seq2[string, *config.Plugin] {
	return func(yield func(string, *config.Plugin) bool) {
		if upgraded := p.Upgraded(); upgraded == nil || !upgraded.On() || yield(p.Name+UpgradeMark, upgraded) {
			yield(p.Name, p)
		}
	}
}

// compilePlugin makes one version of a plugin; nil where there is no such kind, as of a plugin of
// Bifrost's that this gateway has other means for.
func (g *Gateway) compilePlugin(s *Snapshot, cfg *config.Config, name string, p *config.Plugin, old *Snapshot) (*plugin.Entry, error) {
	settings := p.Settings()
	if own := g.plugins.own[p.KindName()]; own != nil {
		return plugin.NewEntry(p.Name, own, settings), nil
	}
	state := g.plugins.state(name, g.log)
	kind := kindNamed(g.options.Kinds, p.KindName())
	if kind == nil {
		if p.HasOwnWay() {
			return nil, nil // the gateway itself does what it is for
		}
		if settings.Deny {
			return nil, fmt.Errorf("there is no kind of plugin %q", p.KindName())
		}
		state.Fault("there is no such kind of plugin")
		g.log.Warn("a plugin is left out: there is no such kind", "plugin", p.Name, "kind", p.KindName())
		return nil, nil
	}
	if settings.Timeout == 0 {
		settings.Timeout = kind.Timeout
	}
	path, err := g.options.Artefacts.path(cfg, p) // also of one that is made already: it may be trusted no more
	if err != nil {
		return g.absent(p, state, err)
	}
	from := madeFrom{config: p}
	if old != nil {
		if was, ok := old.madePlugins[name]; ok && was.config.Equal(p) {
			from.made = was.made
		}
	}
	if from.made == nil {
		env := g.pluginEnv(p, state)
		env.Path = path
		made, err := kind.Make(env, json.RawMessage(p.Config))
		if err != nil {
			return g.absent(p, state, err)
		}
		from.made = plugin.NewMade(made, state)
	}
	state.Absent("")
	s.madePlugins[name] = from
	return plugin.NewEntry(p.Name, from.made, settings), nil
}

// absent is what stands in for a plugin that cannot be made: nil where calls go on without it.
func (g *Gateway) absent(p *config.Plugin, state *plugin.State, err error) (*plugin.Entry, error) {
	var path *plugin.PathError
	if !g.options.Absent || !errors.As(err, &path) {
		return nil, err
	}
	state.Absent(err.Error())
	settings := p.Settings()
	g.log.Error("a plugin cannot be used on this node", "plugin", p.Name, "refuses_calls", settings.Deny, "error", err)
	if !settings.Deny {
		return nil, nil
	}
	return plugin.NewEntry(p.Name, plugin.NewMade(plugin.NewAbsent(p.Name), state), settings), nil
}

// kindNamed is the kind of a name, nil if there is none.
func kindNamed(kinds []plugin.Kind, name string) *plugin.Kind {
	i := slices.IndexFunc(kinds, func(k plugin.Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return &kinds[i]
}

// pluginEnv is what a plugin is made with.
func (g *Gateway) pluginEnv(p *config.Plugin, state *plugin.State) plugin.Env {
	env := pluginEnv(p, g.log)
	env.Chat, env.Count, env.Report = g.chatOfPlugin, state.Count, g.options.Incidents
	if g.options.PluginDir != "" {
		env.Dir = filepath.Join(g.options.PluginDir, strings.ReplaceAll(url.PathEscape(p.Name), ".", "%2E"))
	}
	return env
}

// pluginEnv is what a plugin is made with, less what only a gateway has for it.
func pluginEnv(p *config.Plugin, log *slog.Logger) plugin.Env {
	return plugin.Env{
		Name: p.Name, Path: p.Path, Version: strings.Trim(string(p.Version), `"`), Log: log.With("plugin", p.Name),
		HTTP: guardedClient(p.PrivateNetwork), Private: p.PrivateNetwork,
	}
}

// guardedClient is a client that reaches no private address, unless it may: also not by
// a redirect, or by a name that resolves to one.
func guardedClient(private bool) *http.Client {
	dialer := net.Dialer{Timeout: 10 * time.Second, Control: egress.Control(func() bool { return private })}
	return &http.Client{
		// No proxy: it would connect to addresses that the dialer has not seen.
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, IdleConnTimeout: 30 * time.Second,
			MaxIdleConnsPerHost: 16, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) >= 3 {
				return errors.New("too many redirects")
			}
			return egress.CheckURL(r.URL.String(), private)
		},
	}
}

// chatOfPlugin has a model asked for a plugin, by a call of its own that no plugin sees.
func (g *Gateway) chatOfPlugin(ctx context.Context, req *api.Request) (*api.Response, error) {
	c, own := g.sdkCall(ctx, req, api.OpChat)
	own.Stream, c.Head.Stream, c.unplugged = false, false, true
	return g.wholeOf(c)
}

// HTTPPlugins begins the run of an HTTP request along the plugins that want it; nil for
// none.
func (g *Gateway) HTTPPlugins() *plugin.HTTPRun {
	for {
		chain := g.snapshot.Load().plugins
		if chain == nil {
			return nil
		}
		if r, ok := chain.BeginHTTP(); ok {
			return r
		}
	}
}

// PluginsAbsent says whether plugins are done without because their programs are missing here.
func (g *Gateway) PluginsAbsent() bool {
	for _, s := range g.PluginStatus() {
		if s.State == "absent" {
			return true
		}
	}
	return false
}

// PluginStatus returns how the plugins are, by name: those in force, and those that have
// been since the gateway began.
func (g *Gateway) PluginStatus() map[string]plugin.Status {
	g.applying.Lock()
	defer g.applying.Unlock()
	all := make(map[string]plugin.Status, len(g.plugins.states))
	for name, s := range g.plugins.states {
		all[name] = s.Status()
	}
	return all
}
