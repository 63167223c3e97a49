package rollout

import (
	"context"
	"errors"
	"fmt"
)

// pointer returns the pointer in force and the version of what lies in its place. That
// may be forged, or an old one that was put back: in force then is the newest that this
// publisher has seen or the record has kept.
func (p *Publisher) pointer(ctx context.Context) (*Pointer, uint64, error) {
	at, version, _, err := p.look(ctx, false)
	return at, version, err
}

// look is pointer, and says whether what lies in its place is it. A publisher that has
// seen none yet cannot tell an old one; thorough has it look for newer ones.
func (p *Publisher) look(ctx context.Context, thorough bool) (at *Pointer, version uint64, sound bool, err error) {
	data, version, err := p.record.Pointer(ctx)
	if err != nil && !errors.Is(err, ErrNone) {
		return nil, 0, false, fmt.Errorf("rollout: read the pointer: %w", err)
	}
	at, sound = &Pointer{}, err != nil
	if err == nil {
		if own, err := verify(data, p.vault.known); err == nil {
			at, sound = own, true
		}
	}
	known := p.known.Load()
	if sound && (known == nil && !thorough || known != nil && at.Serial >= known.Serial) {
		p.saw(at)
		return at, version, true, nil
	}
	kept, err := p.record.Pointers(ctx)
	if err != nil {
		return nil, 0, false, fmt.Errorf("rollout: read older pointers: %w", err)
	}
	newer := func(own *Pointer) {
		if own.Serial > at.Serial {
			at, sound = own, false
		}
	}
	if known != nil {
		newer(known)
	}
	for _, data := range kept {
		if own, err := verify(data, p.vault.known); err == nil {
			newer(own)
		}
	}
	p.saw(at)
	own := *at // known is never changed
	return &own, version, sound, nil
}

// saw notes a pointer, if it is the newest that was seen.
func (p *Publisher) saw(at *Pointer) {
	own := *at
	for {
		known := p.known.Load()
		if known != nil && own.Serial <= known.Serial || p.known.CompareAndSwap(known, &own) {
			return
		}
	}
}

// Mend puts the pointer back in its place if something else lies there, and reports
// whether it did. The nodes that are there follow nothing else, but one that starts anew
// would have no configuration, or an old one.
func (p *Publisher) Mend(ctx context.Context) (mended bool, err error) { return p.mend(ctx, false) }

func (p *Publisher) mend(ctx context.Context, thorough bool) (mended bool, err error) {
	at, version, sound, err := p.look(ctx, thorough)
	if err != nil || sound || at.Serial == 0 {
		return false, err
	}
	if err := p.set(ctx, at, version); !errors.Is(err, ErrConflict) {
		return err == nil, err
	}
	return false, nil // somebody has written meanwhile: it is looked at again
}

// Repair finishes what a publisher that died between its commit and the pointer
// has left: the newest commit is put in force, unless it was given up; and mends the
// pointer. Call it when a publisher starts.
func (p *Publisher) Repair(ctx context.Context) error {
	revision, err := p.record.Newest(ctx)
	if err != nil || revision == 0 {
		return err
	}
	if _, err := p.mend(ctx, true); err != nil {
		return err
	}
	at, _, err := p.pointer(ctx)
	if err != nil {
		return err
	}
	if at.Seen >= revision {
		return nil
	}
	c, err := p.record.Commit(ctx, revision)
	if err != nil {
		return err
	}
	return p.point(ctx, c)
}
