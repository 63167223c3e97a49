package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// edited is what an edit has made.
type edited struct {
	revision uint64
	document *config.Document
	notes    []config.Note
}

// newestDocument returns the newest configuration and its revision, an empty one and 0 before
// the first commit.
func (c *Control) newestDocument(ctx context.Context) (uint64, *config.Document, error) {
	switch commit, d, err := c.o.Config.Newest(ctx); {
	case err == nil:
		return commit.Revision, d, nil
	case errors.Is(err, rollout.ErrNone):
		return 0, &config.Document{JSON: json.RawMessage("{}")}, nil
	default:
		return 0, nil, c.explain("read the configuration", err)
	}
}

// maxEdits is how often an edit is made while others are quicker each time.
const maxEdits = 20

// edit commits what change makes of the newest configuration, and makes it anew of the
// one that is the newest by then when somebody else was quicker. A change that changes
// nothing commits nothing. Its errors are those of explain.
func (c *Control) edit(ctx context.Context, commit rollout.Change, change func(revision uint64, d *config.Document) (json.RawMessage, error)) (*edited, error) {
	for try := 1; ; try++ {
		revision, old, err := c.newestDocument(ctx)
		if err != nil {
			return nil, err
		}
		changed, err := change(revision, old)
		if err != nil {
			return nil, c.explain("read the request", err)
		}
		commit.Parent = revision
		e, err := c.commit(ctx, commit, old, changed)
		if errors.Is(err, rollout.ErrConflict) && try < maxEdits {
			continue
		}
		return e, c.explain("change the configuration", err)
	}
}

// commit checks a changed configuration and commits it, unless it is what was there.
func (c *Control) commit(ctx context.Context, change rollout.Change, old *config.Document, changed json.RawMessage) (*edited, error) {
	if bytes.Equal(changed, old.JSON) && change.Stage == nil {
		return &edited{revision: change.Parent, document: old}, nil
	}
	if err := noNewPrograms(old, changed); err != nil {
		return nil, err
	}
	d, err := c.resolved(changed, old)
	if err != nil {
		return nil, err
	}
	if err := c.notLocked(ctx, change.Parent, d); err != nil {
		return nil, err
	}
	cfg, notes, err := c.o.Check(d)
	if err != nil {
		return nil, err
	}
	before := sync.OnceValue(func() *config.Config { return c.readable(old) })
	if err := c.checkPlugins(cfg, before); err != nil {
		return nil, err
	}
	tried := c.besideTrial(ctx)
	commit, err := c.o.Config.Commit(ctx, d, change)
	if err != nil {
		return nil, err
	}
	c.changedConfig(ctx, old, d)
	if change.Stage == nil {
		c.forgetSignIns(ctx, before, cfg)
		c.forgetSignIns(ctx, tried, cfg)
	}
	return &edited{commit.Revision, d, notes}, nil
}

// readable is what a document says; nil for one that is no good any more.
func (c *Control) readable(d *config.Document) *config.Config {
	cfg, _, err := c.o.Check(d)
	if err != nil {
		return nil
	}
	return cfg
}

// checkPlugins refuses plugins that nodes would refuse. Those that were there already are
// not looked at: a file that has gone meanwhile keeps no other change from being made.
func (c *Control) checkPlugins(cfg *config.Config, before func() *config.Config) error {
	if c.o.Plugins == nil || len(cfg.Plugins) == 0 {
		return nil
	}
	return c.o.Plugins.Check(cfg, before()) // of nil all are looked at
}

// change is a commit of somebody who calls the API.
func (c *Control) change(ctx context.Context, message string) rollout.Change {
	return rollout.Change{Author: author(ctx), Message: message}
}

// changedConfig tells the audit what has become of the configuration, less its secrets.
func (c *Control) changedConfig(ctx context.Context, old, d *config.Document) {
	before, err := old.Redacted()
	if err != nil {
		before = json.RawMessage(`"not readable"`)
	}
	after, err := d.Redacted()
	if err != nil {
		after = json.RawMessage(`"not readable"`)
	}
	c.changed(ctx, "/api/config", before, after)
}
