package control

import (
	"context"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// origins are who has changed the values of a revision last. A revision never changes.
type origins struct {
	mu       sync.Mutex
	revision uint64
	by       map[string]*rollout.Commit
}

// lookedBack bounds the revisions that are read at a time to find who has changed something.
const lookedBack = 100

// of returns who has last changed each value of the newest commit, also those that have gone,
// as far as revisions can be read.
func (o *origins) of(ctx context.Context, p *rollout.Publisher, newest *rollout.Commit, values map[string]string) map[string]*rollout.Commit {
	o.mu.Lock()
	defer o.mu.Unlock()
	by := map[string]*rollout.Commit{}
	commit := newest
	for looked := 0; commit.Revision != o.revision && looked < lookedBack; looked++ {
		parent, before := before(ctx, p, commit)
		if before == nil {
			break
		}
		note := func(path string) {
			if by[path] == nil {
				by[path] = commit
			}
		}
		for path, value := range values {
			if was, there := before[path]; !there || was != value {
				note(path)
			}
		}
		for path := range before {
			if _, there := values[path]; !there {
				note(path)
			}
		}
		if parent == nil {
			break
		}
		commit, values = parent, before
	}
	if commit.Revision == o.revision { // what was changed before then is known
		for path, earlier := range o.by {
			if by[path] == nil {
				by[path] = earlier
			}
		}
	}
	if ctx.Err() == nil {
		o.revision, o.by = newest.Revision, by
	}
	return by
}

// before is the commit before one, nil for the first, and its values, nil where they cannot be
// read any more.
func before(ctx context.Context, p *rollout.Publisher, c *rollout.Commit) (*rollout.Commit, map[string]string) {
	if c.Parent == 0 {
		return nil, map[string]string{}
	}
	parent, d, err := p.At(ctx, c.Parent)
	if err != nil {
		return nil, nil
	}
	values, err := d.Values()
	if err != nil {
		return nil, nil
	}
	return parent, values
}
