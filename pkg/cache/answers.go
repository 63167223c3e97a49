package cache

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// farWrites are entries that wait to be written to the shared store; of more the
	// newest are dropped.
	farWrites = 1024
	// farPatience bounds one request to the shared store.
	farPatience = time.Second
)

// Answers are what a node keeps: in its memory, and, where there is one, in a store that it
// shares with others. The shared store may be away: then nothing is found there and nothing
// kept, and nobody waits for long. Safe for concurrent use.
type Answers struct {
	near    *Memory
	far     Shared // nil: none
	log     *slog.Logger
	purges  purges
	flights Flights
	alike   alike
	owner   string // of claims, of which each call has one of its own
	claims  claims

	writes chan write
	alive  context.Context
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// write is an entry on its way to the shared store, or, without one, the end of a claim.
type write struct {
	key   Key
	entry *Entry
	ttl   time.Duration
	began uint64
	owner string
	alike *Neighbour // of a group, which the key is, in place of the entry itself
}

// NewAnswers returns an empty place for so many bytes in memory; far may be nil. The owner is
// the node's name.
func NewAnswers(maxBytes int64, far Shared, owner string, log *slog.Logger) *Answers {
	a := &Answers{near: NewMemory(maxBytes), far: far, owner: owner, log: log, alike: alike{near: NewNeighbourhood(0)}}
	a.alive, a.stop = context.WithCancel(context.Background())
	if far != nil {
		a.writes = make(chan write, farWrites)
		a.claims.begin()
		a.done.Go(a.writeFar)
		a.done.Go(a.seeToClaims)
	}
	return a
}

// Resize bounds what is in memory to so many bytes from now on.
func (a *Answers) Resize(maxBytes int64) { a.near.Resize(maxBytes) }

// Tally counts, by namespace, what is in memory and what calls were given.
func (a *Answers) Tally() *Tally { return &a.near.tally }

// Stats returns what is in memory.
func (a *Answers) Stats() Stats { return a.near.Stats() }

// Close forgets what is in memory, and ends what runs for the answers.
func (a *Answers) Close() {
	a.stop()
	a.done.Wait()
	_, _ = a.near.Purge(context.Background(), Selection{}) // does not fail
	a.near.Close()
}

// Now is the moment at which a call begins, for Put.
func (a *Answers) Now() uint64 { return a.purges.now() }

// Get returns an answer, nil for none.
func (a *Answers) Get(k Key) *Entry {
	e, _, _ := a.near.Get(context.Background(), k) // does not fail
	if e != nil || a.far == nil {
		return e
	}
	began := a.Now()
	ctx, cancel := context.WithTimeout(a.alive, farPatience)
	defer cancel()
	e, ttl, err := a.far.Get(ctx, k)
	if err != nil {
		a.log.Debug("the shared cache cannot be read", "error", err) // Redis's state is told elsewhere
		return nil
	}
	if e != nil && ttl > 0 {
		a.keep(write{key: k, entry: e, ttl: ttl, began: began})
	}
	return e
}

// Put keeps an answer for a time, unless it was meant by a purge since its call began: at
// the moment began; it reports whether it was kept. It does not wait for the shared store.
func (a *Answers) Put(k Key, e *Entry, ttl time.Duration, began uint64) bool {
	w := write{key: k, entry: e, ttl: ttl, began: began}
	if !a.keep(w) {
		return false
	}
	if a.far != nil {
		a.send(w)
	}
	return true
}

// send has something written to the shared store behind what waits already.
func (a *Answers) send(w write) {
	select {
	case a.writes <- w:
	default: // the store does not keep up: others make the answer themselves, and a claim ends by itself
	}
}

// keep keeps an answer in memory.
func (a *Answers) keep(w write) bool {
	return a.purges.keepUnless(w.began, w.entry, func() {
		_ = a.near.Put(context.Background(), w.key, w.entry, w.ttl) // does not fail
	})
}

// writeFar writes what waits to the shared store, in its order: an answer before the end of
// the claim to it.
func (a *Answers) writeFar() {
	for {
		select {
		case <-a.alive.Done():
			return
		case w := <-a.writes:
			switch {
			case w.entry == nil:
				a.ask("told that an answer was made", func(ctx context.Context) error { return a.far.Release(ctx, w.key, w.owner) })
			case a.purges.since(w.began, w.entry):
			case w.alike != nil:
				a.putAlike(w)
			default:
				a.ask("written", func(ctx context.Context) error { return a.far.Put(ctx, w.key, w.entry, w.ttl) })
			}
		}
	}
}

// ask makes one request to the shared store, which may be away.
func (a *Answers) ask(what string, request func(context.Context) error) {
	ctx, cancel := context.WithTimeout(a.alive, farPatience)
	defer cancel()
	if err := request(ctx); err != nil {
		a.log.Debug("the shared cache cannot be "+what, "error", err) // Redis's state is told elsewhere
	}
}

// Purge forgets the answers in memory that are meant, and returns how many those were. Those
// of calls that are under way are not kept.
func (a *Answers) Purge(s Selection) int {
	a.purges.note(s)
	n, _ := a.near.Purge(context.Background(), s)      // does not fail
	_, _ = a.alike.near.Purge(context.Background(), s) // does not fail
	return n
}

// purgeAgain is when the shared store is purged a second time: of what nodes have written
// that had not heard of it yet.
const purgeAgain = time.Second

// PurgeShared forgets the answers in the shared store that are meant, unless another node has
// begun to do so for the same id. It takes a second and more.
func (a *Answers) PurgeShared(ctx context.Context, s Selection, id string) error {
	if a.far == nil {
		return nil
	}
	var h Hasher
	h.Begin()
	h.AddText("purge")
	h.AddText(id)
	if mine, err := a.claim(h.Sum(), a.owner); err != nil || !mine {
		return err
	}
	if err := a.purgeFar(ctx, s); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-a.alive.Done():
		return nil
	case <-time.After(purgeAgain):
	}
	return a.purgeFar(ctx, s)
}

func (a *Answers) purgeFar(ctx context.Context, s Selection) error {
	_, err := a.far.Purge(ctx, s)
	return errors.Join(err, a.purgeAlike(ctx, s)) // without its answer a neighbour leads nowhere
}
