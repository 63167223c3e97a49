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
	if out.Body.Config, err = d.Redacted(); err != nil {
		return nil, c.explain("show the configuration", err)
	}
	return out, nil
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
	return c.write(ctx, in, func(old *config.Document) (json.RawMessage, error) { return old.Restored(in.RawBody) })
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
	parent, old := uint64(0), &config.Document{JSON: json.RawMessage("{}")}
	switch commit, d, err := c.o.Config.Newest(ctx); {
	case err == nil:
		parent, old = commit.Revision, d
	case !errors.Is(err, rollout.ErrNone):
		return nil, c.explain("read the configuration", err)
	}
	if in.Revision != 0 && in.Revision != parent {
		return nil, c.explain("compare revisions", rollout.ErrConflict)
	}
	changed, err := change(old)
	if err != nil {
		return nil, c.explain("read the request", err)
	}
	d, err := resolved(changed, old)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	_, notes, err := c.o.Check(d)
	if err != nil {
		return nil, c.explain("check the configuration", err)
	}
	commit, err := c.o.Config.Commit(ctx, d, in.change(ctx, parent))
	if err != nil {
		return nil, c.explain("commit the configuration", err)
	}
	out := &configOutput{}
	out.Body.Revision = commit.Revision
	for _, n := range notes {
		out.Body.Notes = append(out.Body.Notes, Detail{n.Path, n.Message})
	}
	if out.Body.Config, err = d.Redacted(); err != nil {
		return nil, c.explain("show the configuration", err)
	}
	return out, c.waitForCommit(ctx, &in.Waiting)
}

func (in *writeConfig) change(ctx context.Context, parent uint64) rollout.Change {
	ch := rollout.Change{Parent: parent, Author: author(ctx), Message: in.Message}
	if in.Percent > 0 {
		ch.Stage = &rollout.Stage{Percent: in.Percent}
	}
	return ch
}

// resolved is a document of what was sent, with the references of the one before
// and those that this node can follow itself.
func resolved(sent json.RawMessage, old *config.Document) (*config.Document, error) {
	d := &config.Document{JSON: sent}
	if err := d.Resolve(old.References); err != nil {
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
