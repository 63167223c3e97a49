package control

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/danielgtaylor/huma/v2"
)

const versionsPath = "/api/config/versions"

func (c *Control) versionRoutes() {
	one := versionsPath + "/{revision}"
	huma.Register(c.api, at(http.MethodGet, versionsPath, "list-versions", "List the revisions of the configuration, newest first"), c.listVersions)
	huma.Register(c.api, at(http.MethodGet, one, "get-version", "Show a revision, without its secrets"), c.getVersion)
	huma.Register(c.api, at(http.MethodGet, one+"/diff", "diff-version", "Show what a revision changed, as a JSON merge patch"), c.diffVersion)
	huma.Register(c.api, at(http.MethodPost, one+"/rollback", "rollback-version", "Bring a revision's configuration back, as a new revision"), c.rollback)
	huma.Register(c.api, at(http.MethodPost, one+"/promote", "promote-version", "Put a revision that is on trial in force on all nodes"), c.promote)
	huma.Register(c.api, at(http.MethodPost, one+"/widen", "widen-version", "Try a revision that is on trial on other nodes"), c.widen)
	huma.Register(c.api, at(http.MethodPost, one+"/abandon", "abandon-version", "End the trial of a revision"), c.abandon)
}

type versionsOutput struct {
	Body struct {
		Versions []*rollout.Commit `json:"versions"`
		InForce  uint64            `json:"in_force"`
		Stage    *rollout.Stage    `json:"stage,omitempty"`
		Next     uint64            `json:"next,omitempty" doc:"Send it as before for the next page."`
	}
}

func (c *Control) listVersions(ctx context.Context, in *struct {
	Before uint64 `query:"before" doc:"Revisions older than this one."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
},
) (*versionsOutput, error) {
	commits, err := c.o.Config.Log(ctx, in.Before, in.Limit)
	if err != nil {
		return nil, c.explain("list the revisions", err)
	}
	p, err := c.o.Config.Pointer(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &versionsOutput{}
	b := &out.Body
	b.Versions, b.InForce, b.Stage = commits, p.Revision, p.Stage
	if n := len(commits); n == in.Limit && commits[n-1].Revision > 1 {
		b.Next = commits[n-1].Revision
	}
	return out, nil
}

// VersionPath names a revision.
type VersionPath struct {
	Revision uint64 `path:"revision" minimum:"1"`
}

type versionOutput struct {
	Body struct {
		rollout.Commit
		Config json.RawMessage `json:"config"`
	}
}

func (c *Control) getVersion(ctx context.Context, in *VersionPath) (*versionOutput, error) {
	commit, d, err := c.o.Config.At(ctx, in.Revision)
	if err != nil {
		return nil, c.explain("read the revision", err)
	}
	out := &versionOutput{}
	out.Body.Commit = *commit
	if out.Body.Config, err = d.Redacted(); err != nil {
		return nil, c.explain("show the revision", err)
	}
	return out, nil
}

type diffOutput struct {
	Body struct {
		From  uint64          `json:"from"`
		To    uint64          `json:"to"`
		Patch json.RawMessage `json:"patch" doc:"The JSON merge patch (RFC 7396) from one to the other, without secrets."`
	}
}

func (c *Control) diffVersion(ctx context.Context, in *struct {
	VersionPath
	From uint64 `query:"from" doc:"Compare with this revision instead of the one before."`
},
) (*diffOutput, error) {
	commit, to, err := c.o.Config.At(ctx, in.Revision)
	if err != nil {
		return nil, c.explain("read the revision", err)
	}
	out := &diffOutput{}
	out.Body.To, out.Body.From = in.Revision, in.From
	if in.From == 0 {
		out.Body.From = commit.Parent
	}
	from := &config.Document{JSON: json.RawMessage("{}")}
	if out.Body.From != 0 {
		if _, from, err = c.o.Config.At(ctx, out.Body.From); err != nil {
			return nil, c.explain("read the revision", err)
		}
	}
	if out.Body.Patch, err = redactedPatch(from, to); err != nil {
		return nil, c.explain("compare the revisions", err)
	}
	return out, nil
}

// redactedPatch compares what may be shown. A secret that changed to one with the
// same last characters does not show.
func redactedPatch(from, to *config.Document) (json.RawMessage, error) {
	a, err := from.Redacted()
	if err != nil {
		return nil, err
	}
	b, err := to.Redacted()
	if err != nil {
		return nil, err
	}
	return (&config.Document{JSON: a}).PatchTo(&config.Document{JSON: b})
}

type revisionOutput struct {
	Body struct {
		Message  string `json:"message"`
		Revision uint64 `json:"revision"`
	}
}

func done(message string, revision uint64) *revisionOutput {
	out := &revisionOutput{}
	out.Body.Message, out.Body.Revision = message, revision
	return out
}

func (c *Control) rollback(ctx context.Context, in *struct {
	VersionPath
	Waiting
	Percent int `query:"percent" minimum:"0" maximum:"100" doc:"Try it on so many of a hundred nodes first."`
},
) (*revisionOutput, error) {
	newest, old, err := c.o.Config.Newest(ctx)
	if newest == nil { // else its snapshot is damaged, and this is the way back
		return nil, c.explain("read the configuration", err)
	}
	_, d, err := c.o.Config.At(ctx, in.Revision)
	if err != nil {
		return nil, c.explain("read the revision", err)
	}
	cfg, _, err := c.o.Check(d)
	if err != nil { // of an older version, it may not be one any more
		return nil, c.explain("check the revision", err)
	}
	if err := c.notLocked(ctx, newest.Revision, d); err != nil {
		return nil, c.explain("look at what the file sets", err)
	}
	change := rollout.Change{Parent: newest.Revision, Author: author(ctx)}
	if in.Percent > 0 {
		change.Stage = &rollout.Stage{Percent: in.Percent}
	}
	tried := c.besideTrial(ctx)
	commit, err := c.o.Config.Rollback(ctx, in.Revision, change)
	if err != nil {
		return nil, c.explain("roll back", err)
	}
	if old != nil {
		c.changedConfig(ctx, old, d)
		if change.Stage == nil {
			c.forgetSignIns(ctx, func() *config.Config { return c.readable(old) }, cfg)
			c.forgetSignIns(ctx, tried, cfg)
		}
	}
	return done("Rolled back", commit.Revision), c.waitForCommit(ctx, &in.Waiting)
}

// StageInput names a revision that is on trial.
type StageInput struct {
	VersionPath
	Waiting
}

func (c *Control) promote(ctx context.Context, in *StageInput) (*revisionOutput, error) {
	was, unknown := c.o.Config.Pointer(ctx)
	if err := c.o.Config.Promote(ctx, in.Revision); err != nil {
		return nil, c.explain("promote the revision", err)
	}
	if after := c.readableAt(ctx, in.Revision); unknown == nil && after != nil {
		c.forgetSignIns(ctx, func() *config.Config { return c.readableAt(ctx, was.Revision) }, after)
	}
	return done("In force on all nodes", in.Revision), c.waitForCommit(ctx, &in.Waiting)
}

// readableAt is the configuration of a revision; nil for one that cannot be read, or is none
// that nodes would take.
func (c *Control) readableAt(ctx context.Context, revision uint64) *config.Config {
	_, d, err := c.o.Config.At(ctx, revision)
	if err != nil {
		return nil
	}
	return c.readable(d)
}

func (c *Control) abandon(ctx context.Context, in *StageInput) (*revisionOutput, error) {
	if err := c.o.Config.Abandon(ctx, in.Revision); err != nil {
		return nil, c.explain("abandon the revision", err)
	}
	return done("The trial has ended", in.Revision), c.waitForCommit(ctx, &in.Waiting)
}

func (c *Control) widen(ctx context.Context, in *struct {
	StageInput
	Body struct {
		Percent int               `json:"percent,omitempty" minimum:"0" maximum:"100"`
		Labels  map[string]string `json:"labels,omitempty" doc:"Nodes that bear all of these, instead of a percentage."`
	}
},
) (*revisionOutput, error) {
	if err := c.o.Config.Widen(ctx, in.Revision, in.Body.Percent, in.Body.Labels); err != nil {
		return nil, c.explain("widen the trial", err)
	}
	return done("The trial is on other nodes now", in.Revision), c.waitForCommit(ctx, &in.Waiting)
}
