package rollout

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Publisher commits configurations and says which is in force. Several may work
// on one record at once. Safe for concurrent use.
type Publisher struct {
	record Record
	vault  vault
	now    func() time.Time
	known  atomic.Pointer[Pointer] // the newest that was seen; never changed
}

// NewPublisher returns a publisher for the cluster's record.
func NewPublisher(r Record, cluster secret.Key) *Publisher {
	return &Publisher{record: r, vault: newVault(cluster), now: time.Now}
}

// Change is what a commit is made of.
type Change struct {
	// Parent is the revision that was changed. If it is not the newest any more,
	// the commit is refused with ErrConflict.
	Parent  uint64
	Author  string
	Message string
	// Stage has the revision tried on a part of the nodes first; nil puts it in
	// force on all of them. Its Target and Since are filled in.
	Stage *Stage
}

// Commit makes a configuration, which must have been checked, the newest
// revision and puts it in force.
func (p *Publisher) Commit(ctx context.Context, d *config.Document, c Change) (*Commit, error) {
	return p.commit(ctx, d, &Commit{Parent: c.Parent, Author: c.Author, Message: c.Message, Stage: c.Stage})
}

func (p *Publisher) commit(ctx context.Context, d *config.Document, c *Commit) (*Commit, error) {
	sealed, digest, err := p.vault.pack(d)
	if err != nil {
		return nil, err
	}
	if err := p.record.Put(ctx, digest, sealed); err != nil {
		return nil, fmt.Errorf("rollout: store the snapshot: %w", err)
	}
	c.Digest = digest
	return p.append(ctx, c)
}

// Rollback commits the configuration of an older revision once more. Revisions
// never go back, so every node sees that this is the newer one.
func (p *Publisher) Rollback(ctx context.Context, to uint64, c Change) (*Commit, error) {
	old, err := p.record.Commit(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("rollout: find revision %d: %w", to, err)
	}
	return p.append(ctx, &Commit{Parent: c.Parent, Digest: old.Digest, Author: c.Author, Message: c.Message, RollbackTo: to, Stage: c.Stage})
}

func (p *Publisher) append(ctx context.Context, c *Commit) (*Commit, error) {
	c.Time = p.now().UTC()
	if c.Source == "" && c.Parent != 0 {
		parent, err := p.record.Commit(ctx, c.Parent)
		if errors.Is(err, ErrNone) {
			return nil, ErrConflict
		}
		if err != nil {
			return nil, fmt.Errorf("rollout: find revision %d: %w", c.Parent, err)
		}
		c.Source, c.SourceName, c.SourceLocked = parent.Source, parent.SourceName, parent.SourceLocked
	}
	revision, err := p.record.Append(ctx, c)
	if err != nil {
		return nil, err
	}
	c.Revision = revision
	if err := p.point(ctx, c); err != nil {
		return c, fmt.Errorf("rollout: revision %d is stored but not in force: %w", revision, err)
	}
	return c, nil
}

// point puts a commit in force, or on trial.
func (p *Publisher) point(ctx context.Context, c *Commit) error {
	target := Target{c.Revision, c.Digest}
	return p.update(ctx, func(at *Pointer) error {
		if at.Seen >= c.Revision {
			return nil // a later commit has been quicker, and holds this one's changes
		}
		at.Seen = c.Revision
		if c.Stage == nil || at.Revision == 0 {
			at.Target, at.Stage = target, nil
			return nil
		}
		at.Stage = &Stage{Target: target, Percent: c.Stage.Percent, Labels: c.Stage.Labels, Since: p.now().UTC()}
		return nil
	})
}

// ErrNoStage is returned where something is to be done with a revision on trial
// and there is none, or another.
var ErrNoStage = errors.New("rollout: this revision is not on trial")

// Promote puts a revision that was tried on a part of the nodes in force on all.
func (p *Publisher) Promote(ctx context.Context, revision uint64) error {
	return p.update(ctx, func(at *Pointer) error {
		if at.Stage == nil || at.Stage.Revision != revision {
			return ErrNoStage
		}
		at.Target, at.Stage = at.Stage.Target, nil
		return nil
	})
}

// Widen tries a revision that is on trial on another part of the nodes.
func (p *Publisher) Widen(ctx context.Context, revision uint64, percent int, labels map[string]string) error {
	return p.update(ctx, func(at *Pointer) error {
		if at.Stage == nil || at.Stage.Revision != revision {
			return ErrNoStage
		}
		stage := *at.Stage
		stage.Percent, stage.Labels = percent, labels
		at.Stage = &stage
		return nil
	})
}

// Abandon ends the trial of a revision. The revision itself stays in the record
// and is still the newest, so that the next change is made to what is in force
// by a Rollback or a Commit.
func (p *Publisher) Abandon(ctx context.Context, revision uint64) error {
	return p.update(ctx, func(at *Pointer) error {
		if at.Stage == nil || at.Stage.Revision != revision {
			return ErrNoStage
		}
		at.Stage = nil
		return nil
	})
}

// update changes the pointer, again if somebody else has done so meanwhile.
func (p *Publisher) update(ctx context.Context, change func(*Pointer) error) error {
	for {
		at, version, err := p.pointer(ctx)
		if err != nil {
			return err
		}
		if err := change(at); err != nil {
			return err
		}
		if err := p.set(ctx, at, version); !errors.Is(err, ErrConflict) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// set writes a pointer, as the next one, in the place of what had a version.
func (p *Publisher) set(ctx context.Context, at *Pointer, version uint64) error {
	// In time as well as in order: a record that was lost and begun anew must
	// not have serials that the nodes take for old.
	at.Serial = max(at.Serial+1, uint64(p.now().UnixMilli()))
	data, err := sign(at, p.vault.sign)
	if err != nil {
		return err
	}
	return p.record.SetPointer(ctx, data, version)
}

// Pointer returns what is in force; its Revision is 0 if nothing ever was.
func (p *Publisher) Pointer(ctx context.Context) (*Pointer, error) {
	at, _, err := p.pointer(ctx)
	return at, err
}

// NewestRevision returns the newest revision, or ErrNone before the first commit.
func (p *Publisher) NewestRevision(ctx context.Context) (uint64, error) {
	revision, err := p.record.Newest(ctx)
	if err != nil {
		return 0, fmt.Errorf("rollout: find the newest revision: %w", err)
	}
	if revision == 0 {
		return 0, ErrNone
	}
	return revision, nil
}

// Newest returns the newest commit and its configuration, ErrNone if nothing was
// ever committed. The commit is also there when its configuration is not.
func (p *Publisher) Newest(ctx context.Context) (*Commit, *config.Document, error) {
	revision, err := p.NewestRevision(ctx)
	if err != nil {
		return nil, nil, err
	}
	return p.At(ctx, revision)
}

// At returns a commit and its configuration.
func (p *Publisher) At(ctx context.Context, revision uint64) (*Commit, *config.Document, error) {
	c, err := p.record.Commit(ctx, revision)
	if err != nil {
		return nil, nil, fmt.Errorf("rollout: find revision %d: %w", revision, err)
	}
	sealed, err := p.record.Snapshot(ctx, c.Digest)
	if errors.Is(err, ErrNone) {
		err = ErrDamaged
	}
	if err != nil {
		return c, nil, fmt.Errorf("rollout: get the snapshot of revision %d: %w", revision, err)
	}
	d, err := p.vault.unpack(sealed, c.Digest)
	return c, d, err
}

// Log returns up to limit commits, newest first, that are older than before; 0
// begins with the newest.
func (p *Publisher) Log(ctx context.Context, before uint64, limit int) ([]*Commit, error) {
	newest, err := p.record.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("rollout: find the newest revision: %w", err)
	}
	if before == 0 || before > newest {
		before = newest + 1
	}
	var commits []*Commit
	for revision := before - 1; revision > 0 && len(commits) < limit; revision-- {
		c, err := p.record.Commit(ctx, revision)
		if errors.Is(err, ErrNone) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("rollout: read revision %d: %w", revision, err)
		}
		commits = append(commits, c)
	}
	return commits, nil
}
