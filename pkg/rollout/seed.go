package rollout

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Seed takes over a configuration that is kept elsewhere, such as in a file: all
// of it when nothing was ever committed, and from then on what has changed in it
// since it was last taken over. So what was changed here stays, unless the same
// was changed there. The result must pass check. It returns nil if there was
// nothing to take over.
func (p *Publisher) Seed(ctx context.Context, from *config.Document, author string, check func(*config.Document) error) (*Commit, error) {
	for {
		c, err := p.seed(ctx, from, author, check)
		if !errors.Is(err, ErrConflict) {
			return c, err
		}
	}
}

func (p *Publisher) seed(ctx context.Context, from *config.Document, author string, check func(*config.Document) error) (*Commit, error) {
	newest, d, err := p.Newest(ctx)
	if errors.Is(err, ErrNone) {
		newest, d, err = &Commit{}, nil, nil
	}
	if err != nil {
		return nil, err
	}
	next, err := p.merged(ctx, newest, d, from)
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
	return p.commit(ctx, next, &Commit{Parent: newest.Revision, Author: author, Message: "taken over from " + author, Source: digest})
}

// merged is the newest configuration with what has changed in the source since
// it was last taken over; nil if nothing has.
func (p *Publisher) merged(ctx context.Context, newest *Commit, d, from *config.Document) (*config.Document, error) {
	if newest.Source == "" && d == nil {
		return from, nil
	}
	before := &config.Document{JSON: []byte("{}")}
	if newest.Source != "" {
		sealed, err := p.record.Snapshot(ctx, newest.Source)
		if err != nil {
			return nil, fmt.Errorf("rollout: get what was last taken over: %w", err)
		}
		if before, err = p.vault.unpack(sealed, newest.Source); err != nil {
			return nil, err
		}
	}
	patch, err := before.PatchTo(from)
	if err != nil {
		return nil, err
	}
	if string(patch) == "{}" && maps.Equal(before.References, from.References) {
		return nil, nil
	}
	next := &config.Document{References: maps.Clone(d.References)}
	if next.References == nil {
		next.References = map[string]string{}
	}
	maps.Copy(next.References, from.References)
	next.JSON, err = d.Patched(patch)
	return next, err
}
