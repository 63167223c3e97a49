package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) configRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/config", "get-config", "Show the configuration in force, without its secrets"), c.getConfig)
	put := at(http.MethodPut, "/api/config", "put-config", "Replace the configuration")
	patch := at(http.MethodPatch, "/api/config", "patch-config", "Change the configuration by a JSON merge patch (RFC 7396)")
	put.SkipValidateBody, patch.SkipValidateBody = true, true // a configuration is checked as such, with all its problems
	huma.Register(c.api, put, c.putConfig)
	huma.Register(c.api, patch, c.patchConfig)
}

type configOutput struct {
	Body struct {
		Revision uint64          `json:"revision"`
		Config   json.RawMessage `json:"config" doc:"The configuration. Secrets show their last four characters; sent back as they are, they stay what they were."`
		Notes    []Detail        `json:"notes,omitempty" doc:"What is worth knowing of it."`
		Client   json.RawMessage `json:"client_config,omitempty" doc:"Its section client, as Bifrost has it."`
		Pricing  json.RawMessage `json:"framework_config,omitempty" doc:"Its section framework.pricing, as Bifrost has it."`
		Auth     json.RawMessage `json:"auth_config,omitempty" doc:"Its section auth_config, as Bifrost has it."`
		Stage    *rollout.Stage  `json:"stage,omitempty" doc:"A revision that is being tried on a part of the nodes."`
	}
}

func (c *Control) getConfig(ctx context.Context, _ *struct{}) (*configOutput, error) {
	pointer, err := c.o.Config.Pointer(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &configOutput{}
	out.Body.Config, out.Body.Stage = json.RawMessage("{}"), pointer.Stage
	commit, d, err := c.o.Config.Newest(ctx)
	if errors.Is(err, rollout.ErrNone) {
		return out, nil
	}
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out.Body.Revision = commit.Revision
	return out, c.explain("show the configuration", out.show(d))
}

// show has a configuration shown, in Bifrost's form, too.
func (out *configOutput) show(d *config.Document) error {
	shown, err := d.Redacted()
	if err != nil {
		return err
	}
	sections, err := toBifrost(shown)
	b := &out.Body
	b.Config, b.Client, b.Pricing, b.Auth = shown, sections["client_config"], sections["framework_config"], sections["auth_config"]
	return err
}

// writeConfig is what the writes of a configuration have in common.
type writeConfig struct {
	Waiting
	Revision uint64 `query:"revision" doc:"Refuse the change if another revision is the newest by now."`
	Message  string `query:"message" maxLength:"500" doc:"Why, for the record."`
	Percent  int    `query:"percent" minimum:"0" maximum:"100" doc:"Try it on so many of a hundred nodes first. 0: put it in force on all."`
	RawBody  []byte `contentType:"application/json"`
}

func (c *Control) putConfig(ctx context.Context, in *writeConfig) (*configOutput, error) {
	return c.write(ctx, in, func(old *config.Document) (json.RawMessage, error) {
		if members, err := config.ReadObject(in.RawBody); err == nil && inBifrostsForm(members) {
			return fromBifrost(old, members)
		}
		return old.Restored(in.RawBody)
	})
}

func (c *Control) patchConfig(ctx context.Context, in *writeConfig) (*configOutput, error) {
	return c.write(ctx, in, func(old *config.Document) (json.RawMessage, error) {
		patched, err := old.Patched(in.RawBody)
		if err != nil {
			return nil, err
		}
		return old.Restored(patched)
	})
}

// write commits what change makes of the newest configuration.
func (c *Control) write(ctx context.Context, in *writeConfig, change func(*config.Document) (json.RawMessage, error)) (*configOutput, error) {
	e, err := c.edit(ctx, in.change(ctx), func(revision uint64, old *config.Document) (json.RawMessage, error) {
		if in.Revision != 0 && in.Revision != revision {
			return nil, rollout.ErrConflict
		}
		changed, err := change(old)
		if err != nil {
			return nil, err
		}
		return changed, notAtStart(old, &config.Document{JSON: changed})
	})
	if err != nil {
		return nil, err
	}
	out := &configOutput{}
	out.Body.Revision = e.revision
	for _, n := range e.notes {
		out.Body.Notes = append(out.Body.Notes, Detail{n.Path, n.Message})
	}
	if err := out.show(e.document); err != nil {
		return nil, c.explain("show the configuration", err)
	}
	return out, c.waitForCommit(ctx, &in.Waiting)
}

func (in *writeConfig) change(ctx context.Context) rollout.Change {
	ch := rollout.Change{Author: author(ctx), Message: in.Message}
	if in.Percent > 0 {
		ch.Stage = &rollout.Stage{Percent: in.Percent}
	}
	return ch
}

// resolved is a document of what was sent, with the references of the one before
// and those that this node can follow itself.
func (c *Control) resolved(sent json.RawMessage, old *config.Document) (*config.Document, error) {
	d := &config.Document{JSON: sent}
	if err := d.Resolve(old.References, c.o.References...); err != nil {
		return nil, err
	}
	return d, nil
}

// waitForCommit waits until the pointer that is in force now has reached every node.
func (c *Control) waitForCommit(ctx context.Context, w *Waiting) error {
	if w.Wait == "" {
		return nil
	}
	p, err := c.o.Config.Pointer(ctx)
	if err != nil {
		return c.explain("read the configuration", err)
	}
	return w.forConfig(ctx, c, p.Serial)
}
