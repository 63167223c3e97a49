package config

import (
	"cmp"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// Plugin is something that is called on each call's way.
type Plugin struct {
	Name           string         `json:"name,omitempty" required:"true" maxLength:"100" doc:"Name of the plugin, in metrics and errors."`
	Kind           string         `json:"kind,omitempty" doc:"What kind of plugin it is: docs/plugins.md lists them. Absent: the one of its name."`
	Enabled        *bool          `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether it is called."`
	Order          int            `json:"order,omitempty" minimum:"-1000000" doc:"Order of the plugins of one placement, the lowest first."`
	Placement      string         `json:"placement,omitempty" enum:"pre_builtin,builtin,post_builtin" default:"post_builtin" doc:"Whether it stands before the plugins that come with the program, among them, or behind them."`
	Path           string         `json:"path,omitempty" ref:"true" doc:"Where its program is, of a kind that has one."`
	Artefact       string         `json:"artefact,omitempty" doc:"Digest of its program, sha256: and 64 hexadecimal digits, where the cluster keeps that: see docs/plugins.md. It stands for path."`
	Version        Raw            `json:"version,omitempty" doc:"Version of it, as its maker counts."`
	Config         Raw            `json:"config,omitempty" kind:"object" doc:"Its own settings. env.NAME, file:PATH and vault:PATH#FIELD are followed."`
	VirtualKeys    []string       `json:"virtual_keys,omitempty" doc:"Ids or names of the virtual keys whose calls it is called for. Absent: all calls."`
	Models         []string       `json:"models,omitempty" doc:"Models that it is called for, as callers name them or as provider/model; * stands for any characters. Absent: all."`
	Ops            []string       `json:"ops,omitempty" doc:"Operations that it is called for, such as chat or embedding. Absent: chat, text completion, embedding and rerank."`
	Timeout        *int           `json:"timeout,omitempty" unit:"ms" minimum:"1" maximum:"600000" doc:"How long it may take each time. Absent: as its kind has it, or else 1 s."`
	OnError        string         `json:"on_error,omitempty" enum:"allow,deny" default:"allow" doc:"What becomes of a call for which it fails or takes too long: allow lets it go on without the plugin, deny refuses it."`
	RolloutPercent *float64       `json:"rollout_percent,omitempty" minimum:"0" maximum:"100" default:"100" doc:"For how many of the calls it is called, in percent, by the call's id."`
	Upgrade        *PluginUpgrade `json:"upgrade,omitempty" doc:"Another version of it, which a part of the calls tries."`
	Previous       *PluginVersion `json:"previous,omitempty" doc:"What it was before its last upgrade, to which a rollback goes back."`
	PrivateNetwork bool           `json:"allow_private_network,omitempty" doc:"Whether it may connect to private addresses."`
}

// PluginVersion is what a plugin is made of.
type PluginVersion struct {
	Path     string `json:"path,omitempty" ref:"true" doc:"As that of the plugin."`
	Artefact string `json:"artefact,omitempty" doc:"As that of the plugin."`
	Version  Raw    `json:"version,omitempty" doc:"As that of the plugin."`
	Config   Raw    `json:"config,omitempty" kind:"object" doc:"As that of the plugin."`
}

// PluginUpgrade is a version that is tried. What it lacks is as the plugin has it.
type PluginUpgrade struct {
	Path     string  `json:"path,omitempty" ref:"true" doc:"As that of the plugin."`
	Artefact string  `json:"artefact,omitempty" doc:"As that of the plugin."`
	Version  Raw     `json:"version,omitempty" doc:"As that of the plugin."`
	Config   Raw     `json:"config,omitempty" kind:"object" doc:"As that of the plugin, all of it."`
	Percent  float64 `json:"percent,omitempty" minimum:"0" maximum:"100" default:"0" doc:"For how many of the plugin's calls it stands in, in percent."`
}

// Upgraded is the version of the plugin that is tried, nil where there is none.
func (p *Plugin) Upgraded() *Plugin {
	u := p.Upgrade
	if u == nil {
		return nil
	}
	q := *p
	q.Upgrade = nil
	if u.Path != "" || u.Artefact != "" {
		q.Path, q.Artefact = u.Path, u.Artefact
	}
	if u.Version != nil {
		q.Version = u.Version
	}
	if u.Config != nil {
		q.Config = u.Config
	}
	percent := p.tried()
	q.RolloutPercent = &percent
	return &q
}

// tried is for how many of all calls an upgrade is called, in percent.
func (p *Plugin) tried() float64 {
	if p.Upgrade == nil {
		return 0
	}
	if p.RolloutPercent != nil {
		return p.Upgrade.Percent * *p.RolloutPercent / 100
	}
	return p.Upgrade.Percent
}

// On says whether the plugin is called at all.
func (p *Plugin) On() bool {
	return (p.Enabled == nil || *p.Enabled) && (p.RolloutPercent == nil || *p.RolloutPercent > 0)
}

// KindName returns the name of its kind.
func (p *Plugin) KindName() string { return cmp.Or(p.Kind, p.Name) }

// Settings returns when the plugin is called, and what its failing means.
func (p *Plugin) Settings() plugin.Settings {
	s := plugin.Settings{
		Placement: plugin.AfterBuiltIn, Order: p.Order, VirtualKeys: p.VirtualKeys, Models: p.Models, Deny: p.OnError == "deny",
	}
	switch p.Placement {
	case "pre_builtin":
		s.Placement = plugin.BeforeBuiltIn
	case "builtin":
		s.Placement = plugin.BuiltIn
	}
	if p.Timeout != nil {
		s.Timeout = time.Duration(*p.Timeout) * time.Millisecond
	}
	if p.RolloutPercent != nil {
		s.Percent = *p.RolloutPercent
	}
	s.Beyond = p.tried()
	for _, name := range p.Ops {
		if op, ok := api.OpByName(name); ok {
			s.Ops = append(s.Ops, op)
		}
	}
	return s
}

// Equal says whether q makes the same plugin.
func (p *Plugin) Equal(q *Plugin) bool {
	return p.Name == q.Name && p.Kind == q.Kind && p.Path == q.Path && p.Artefact == q.Artefact && p.PrivateNetwork == q.PrivateNetwork &&
		slices.Equal(p.Version, q.Version) && slices.Equal(p.Config, q.Config)
}

func (c *checker) plugins() {
	names := map[string]string{}
	for i := range c.config.Plugins {
		at, p := element("plugins", i), &c.config.Plugins[i]
		unique(c, child(at, "name"), p.Name, names)
		c.headerSafe(child(at, "name"), p.Name)
		c.artefact(child(at, "artefact"), p.Artefact, p.Path)
		if u := p.Upgrade; u != nil {
			c.artefact(child(child(at, "upgrade"), "artefact"), u.Artefact, u.Path)
		}
		for j, name := range p.Ops {
			if _, ok := api.OpByName(name); !ok {
				c.problem(element(child(at, "ops"), j), "there is no such operation")
			}
		}
	}
}

// artefact checks what names an artefact, which stands for a path.
func (c *checker) artefact(at, digest, path string) {
	switch {
	case digest == "":
	case !signing.IsDigest(digest):
		c.problem(at, "must be sha256: and 64 hexadecimal digits in lower case")
	case path != "":
		c.problem(at, "stands for path; give one of them")
	}
}
