package rollout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Origin is where a configuration comes from that is kept elsewhere.
type Origin struct {
	// Author stands in the record for whoever has written it there.
	Author string
	// Name is that of the file, "" for what is none.
	Name string
	// Locked: what it sets is set there alone.
	Locked bool
}

// Seed takes over a configuration that is kept elsewhere, such as in a file: all
// of it when nothing was ever committed, and from then on what has changed in it
// since it was last taken over. So what was changed here stays, unless the same
// was changed there; but of a source that is locked all that it sets is put back.
// The result must pass check. It returns nil if there was nothing to take over.
func (p *Publisher) Seed(ctx context.Context, from *config.Document, source Origin, check func(*config.Document) error) (*Commit, error) {
	for {
		c, err := p.seed(ctx, from, source, check)
		if !errors.Is(err, ErrConflict) {
			return c, err
		}
	}
}

func (p *Publisher) seed(ctx context.Context, from *config.Document, by Origin, check func(*config.Document) error) (*Commit, error) {
	newest, d, err := p.Newest(ctx)
	if errors.Is(err, ErrNone) {
		newest, d, err = &Commit{}, nil, nil
	}
	if err != nil {
		return nil, err
	}
	next, err := p.merged(ctx, newest, d, from, by.Locked)
	if err != nil || next == nil {
		return nil, err
	}
	if err := check(next); err != nil {
		return nil, err
	}
	source, digest, err := p.vault.pack(from)
	if err != nil {
		return nil, err
	}
	if err := p.record.Put(ctx, digest, source); err != nil {
		return nil, fmt.Errorf("rollout: store the source: %w", err)
	}
	return p.commit(ctx, next, &Commit{
		Parent: newest.Revision, Author: by.Author, Message: "taken over from " + by.Author,
		Source: digest, SourceName: by.Name, SourceLocked: by.Locked,
	})
}

// Taken returns what was last taken over from elsewhere when a commit was made, an empty
// configuration if nothing ever was.
func (p *Publisher) Taken(ctx context.Context, c *Commit) (*config.Document, error) {
	if c.Source == "" {
		return &config.Document{JSON: []byte("{}")}, nil
	}
	sealed, err := p.record.Snapshot(ctx, c.Source)
	if err != nil {
		return nil, fmt.Errorf("rollout: get what was last taken over: %w", err)
	}
	return p.vault.unpack(sealed, c.Source)
}

// merged is the newest configuration with what has changed in the source since
// it was last taken over, and with all that it sets if it is locked; nil if that is what
// there is already.
func (p *Publisher) merged(ctx context.Context, newest *Commit, d, from *config.Document, locked bool) (*config.Document, error) {
	if newest.Source == "" && d == nil {
		return from, nil
	}
	before, err := p.Taken(ctx, newest)
	if err != nil {
		return nil, err
	}
	patch, err := before.PatchTo(from)
	if err != nil {
		return nil, err
	}
	changed := string(patch) != "{}" || !maps.Equal(before.References, from.References) || newest.SourceLocked != locked
	if !changed && !locked {
		return nil, nil
	}
	next := &config.Document{References: maps.Clone(d.References)}
	if next.References == nil {
		next.References = map[string]string{}
	}
	maps.Copy(next.References, from.References)
	if next.JSON, err = d.Patched(patch); err != nil || !locked {
		return next, err
	}
	merged := next.JSON
	if next.JSON, err = next.Patched(from.JSON); err == nil && !changed && bytes.Equal(next.JSON, merged) {
		return nil, nil
	}
	return next, err
}
