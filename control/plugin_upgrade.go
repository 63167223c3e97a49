package control

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/config"
)

func (c *Control) upgradeRoutes() {
	h := &upgrader{resourceHandler{c: c, r: c.pluginResource()}}
	huma.Register(c.api, at(http.MethodPost, "/api/plugins/{id}/upgrade", "upgrade-plugin", "Have another version of a plugin tried by a part of its calls, or by all"), h.upgrade)
	huma.Register(c.api, at(http.MethodPost, "/api/plugins/{id}/rollback", "rollback-plugin", "Give up the version of a plugin that is tried, or go back to the one before the last upgrade"), h.rollback)
}

// upgrader changes which version of a plugin is called.
type upgrader struct{ resourceHandler }

// versionMembers are those members of a plugin that its version is made of.
var versionMembers = []string{"path", "artefact", "version", "config"}

type upgradeInput struct {
	ID string `path:"id"`
	Waiting
	Body struct {
		Artefact string          `json:"artefact,omitempty" maxLength:"100" doc:"Digest of its program."`
		Path     string          `json:"path,omitempty" maxLength:"1000" doc:"Where its program is, in place of an artefact."`
		Version  json.RawMessage `json:"version,omitempty" doc:"Version of it, as its maker counts."`
		Config   json.RawMessage `json:"config,omitempty" doc:"All of its settings. What is not sent of these four stays as the plugin has it, or the version that is tried already."`
		Percent  *float64        `json:"percent,omitempty" minimum:"0" maximum:"100" doc:"Of the plugin's calls, those that the version stands in for. 100, the default, puts it in the plugin's place."`
	}
}

func (u *upgrader) upgrade(ctx context.Context, in *upgradeInput) (*rawOutput, error) {
	sent := map[string]json.RawMessage{}
	for name, value := range map[string]json.RawMessage{
		"artefact": asText(in.Body.Artefact), "path": asText(in.Body.Path), "version": in.Body.Version, "config": in.Body.Config,
	} {
		if value != nil && string(value) != "null" {
			sent[name] = value
		}
	}
	return u.change(ctx, in.ID, &in.Waiting, "upgraded", func(p map[string]json.RawMessage) error {
		var version map[string]json.RawMessage
		_ = json.Unmarshal(p["upgrade"], &version) // none is an empty one
		if len(sent) == 0 && version == nil {
			return refuse(http.StatusUnprocessableEntity, "invalid_request", "There is nothing to upgrade to: send artefact, path, version or config.")
		}
		if len(sent) > 0 {
			version = sent
		}
		delete(version, "percent")
		if in.Body.Percent != nil && *in.Body.Percent < 100 {
			version["percent"], _ = json.Marshal(*in.Body.Percent) // a number that came as JSON
			p["upgrade"] = encoded(version)
			return nil
		}
		p["previous"] = encoded(versionOf(p))
		delete(p, "upgrade")
		if version["path"] != nil || version["artefact"] != nil {
			delete(p, "path")
			delete(p, "artefact")
		}
		for name, value := range version {
			p[name] = value
		}
		return nil
	})
}

type rollbackInput struct {
	ID string `path:"id"`
	Waiting
}

func (u *upgrader) rollback(ctx context.Context, in *rollbackInput) (*rawOutput, error) {
	return u.change(ctx, in.ID, &in.Waiting, "rolled back", func(p map[string]json.RawMessage) error {
		if p["upgrade"] != nil {
			delete(p, "upgrade")
			return nil
		}
		var previous map[string]json.RawMessage
		if json.Unmarshal(p["previous"], &previous) != nil || previous == nil {
			return refuse(http.StatusConflict, "nothing_to_roll_back", "There is no earlier version of the plugin. To go back further, put an earlier version of the configuration in force.")
		}
		for _, name := range append(versionMembers, "previous") {
			delete(p, name)
		}
		for name, value := range previous {
			p[name] = value
		}
		return nil
	})
}

// change commits what is made of the members of a plugin.
func (u *upgrader) change(ctx context.Context, id string, w *Waiting, what string, make func(map[string]json.RawMessage) error) (*rawOutput, error) {
	in := &Named{ID: id}
	e, err := u.edit(ctx, in, "plugin "+id+" "+what, func(_ uint64, d *config.Document) (json.RawMessage, error) {
		o, err := u.r.find(d, in)
		if err != nil {
			return nil, err
		}
		if o == nil {
			return nil, u.missing()
		}
		patch := map[string]json.RawMessage{} // removes all that there was, since a patch would mix old settings with new ones
		for name := range o.members {
			if name != u.r.key {
				patch[name] = json.RawMessage("null")
			}
		}
		cleared, err := d.WithPart(o.place, encoded(patch))
		if err != nil {
			return nil, err
		}
		if err := make(o.members); err != nil {
			return nil, err
		}
		return (&config.Document{JSON: cleared}).WithPart(o.place, encoded(o.members))
	})
	if err != nil {
		return nil, err
	}
	return u.changed(ctx, in, w, e, what)
}

// versionOf are those of a plugin's members that its version is made of.
func versionOf(p map[string]json.RawMessage) map[string]json.RawMessage {
	version := map[string]json.RawMessage{}
	for _, name := range versionMembers {
		if p[name] != nil {
			version[name] = p[name]
		}
	}
	return version
}

// asText is a text as JSON, nil for none.
func asText(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	b, _ := json.Marshal(s) // a string has no error
	return b
}
