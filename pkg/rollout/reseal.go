package rollout

import (
	"context"
	"errors"
	"fmt"
)

// errOnTrial: a revision that is on trial must be promoted or given up first.
var errOnTrial = errors.New("rollout: a revision is on trial")

// Reseal commits the newest configuration once more, sealed and signed with the first of
// the cluster's secret keys, if it was sealed with another. It reports whether it was.
// Older revisions stay as they are: without the other key they cannot be read.
func (p *Publisher) Reseal(ctx context.Context) (bool, error) {
	c, d, err := p.Newest(ctx)
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	other, err := p.withOther(ctx, c)
	if err != nil || !other {
		return false, err
	}
	at, err := p.Pointer(ctx)
	switch {
	case err != nil:
		return false, err
	case at.Stage != nil || at.Revision != c.Revision:
		return false, errOnTrial
	}
	_, err = p.Commit(ctx, d, Change{Parent: c.Revision, Author: "asbru", Message: "sealed with the new secret key"})
	return err == nil, err
}

// IsSealedWithOther says whether the newest configuration is one that [Publisher.Reseal]
// would seal anew.
func (p *Publisher) IsSealedWithOther(ctx context.Context) (bool, error) {
	c, _, err := p.Newest(ctx)
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return p.withOther(ctx, c)
}

// withOther says whether a revision was sealed with another key than the first.
func (p *Publisher) withOther(ctx context.Context, c *Commit) (bool, error) {
	sealed, err := p.record.Snapshot(ctx, c.Digest)
	if err != nil {
		return false, fmt.Errorf("rollout: get the snapshot of revision %d: %w", c.Revision, err)
	}
	return !p.vault.seal.Sealed(sealed), nil
}
