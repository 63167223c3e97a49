package subscribe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

var (
	// ErrNotDead says that a plugin has no such dead letter.
	ErrNotDead = errors.New("subscribe: no such dead letter")
	// ErrNotTold says that a plugin is told of nothing just now.
	ErrNotTold = errors.New("subscribe: the plugin is not told of events")
)

// NotTakenError says that a plugin has not taken the events of a dead letter this time either.
type NotTakenError struct{ Reason string } // without secrets

// Error implements error.
func (e *NotTakenError) Error() string { return "subscribe: not taken: " + e.Reason }

// Dead is what was given up at once: a lot of events that a plugin has not taken.
type Dead struct {
	Sequence uint64 // its place among the dead letters
	Reason   string
	Events   []plugin.Event // none if the letter cannot be read
	Since    time.Time
}

// Dead returns what was given up for a plugin, the oldest first: at most so many, of those
// behind a place among the dead letters. The plugin may be gone.
func (f *Feeder) Dead(ctx context.Context, name string, behind uint64, limit int) ([]Dead, error) {
	s, err := f.letters(ctx)
	if err != nil {
		return nil, err
	}
	var found []Dead
	for len(found) < limit {
		m, err := s.GetMsg(ctx, behind+1, jetstream.WithGetMsgSubject(bus.DeadEvent.At(name)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read dead events: %w", err)
		}
		behind = m.Sequence
		found = append(found, deadOf(m))
	}
	return found, nil
}

func deadOf(m *jetstream.RawStreamMsg) Dead {
	d := Dead{Sequence: m.Sequence, Reason: m.Header.Get(bus.HeaderReason), Since: m.Time}
	var l letter
	if json.Unmarshal(m.Data, &l) == nil {
		d.Events = l.Events
	}
	return d
}

// Again has a plugin told of a dead letter once more, now and here, and takes the letter away if
// it is taken: else there is a [NotTakenError].
func (f *Feeder) Again(ctx context.Context, name string, sequence uint64) error {
	stream, d, err := f.find(ctx, name, sequence)
	if err != nil {
		return err
	}
	s := f.borrow(name)
	if s == nil {
		return ErrNotTold
	}
	defer s.running.Done()
	if failed := s.told(ctx, d.Events); failed != nil {
		why, is := plugin.WhyFailed(failed)
		if !is {
			why = failed.Message
		}
		return &NotTakenError{headline(why)}
	}
	s.tally.count(taken, "")
	return takeAway(ctx, stream, sequence)
}

// Forget takes a dead letter away.
func (f *Feeder) Forget(ctx context.Context, name string, sequence uint64) error {
	stream, _, err := f.find(ctx, name, sequence)
	if err != nil {
		return err
	}
	return takeAway(ctx, stream, sequence)
}

// borrow returns how a plugin is told here, nil where it is not. It is not closed before
// running is done.
func (f *Feeder) borrow(name string) *subscription {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.running[name]
	if s != nil {
		s.running.Add(1)
	}
	return s
}

func (f *Feeder) letters(ctx context.Context) (jetstream.Stream, error) {
	s, err := f.o.Conn.Control.JS.Stream(ctx, bus.DeadLetters.Name)
	if err != nil {
		return nil, fmt.Errorf("open dead letters: %w", err)
	}
	return s, nil
}

func (f *Feeder) find(ctx context.Context, name string, sequence uint64) (jetstream.Stream, Dead, error) {
	if sequence == 0 {
		return nil, Dead{}, ErrNotDead
	}
	s, err := f.letters(ctx)
	if err != nil {
		return nil, Dead{}, err
	}
	m, err := s.GetMsg(ctx, sequence)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound), err == nil && m.Subject != bus.DeadEvent.At(name):
		return nil, Dead{}, ErrNotDead
	case err != nil:
		return nil, Dead{}, fmt.Errorf("read a dead event: %w", err)
	}
	return s, deadOf(m), nil
}

func takeAway(ctx context.Context, s jetstream.Stream, sequence uint64) error {
	if err := s.DeleteMsg(ctx, sequence); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("take a dead event away: %w", err)
	}
	return nil
}
