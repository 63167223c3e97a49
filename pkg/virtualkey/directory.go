package virtualkey

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNotFound is the error for a key that is not there.
var ErrNotFound = errors.New("virtual key: not found")

// Source is where records are kept. Get returns ErrNotFound for a key that is not
// there; any other error says that it could not be asked.
type Source interface {
	Get(ctx context.Context, d Digest) (*Record, error)
}

// How long what was read of a key is good for.
const (
	// freshFor bounds how long a lost notice of a change can matter.
	freshFor = time.Minute
	// absentFor is the same for a key that is not there.
	absentFor = 10 * time.Second
	// staleFor is how long a key is believed in while its source cannot be asked.
	staleFor = 15 * time.Minute
	// askFor bounds a look-up, during which a call waits.
	askFor = time.Second
	// askAgain is how long a source is not asked again for a key that it could not be
	// asked for and that is believed in, so that not each call waits in vain.
	askAgain = 5 * time.Second
	// shards spread the locks; a power of two.
	shards = 64
	// perShard bounds memory: 128 Ki keys in all.
	perShard = 2048
)

// Directory finds keys for the hot path. It keeps what it has read, and asks the
// source for what it has not, or not lately; T is what a record is compiled to.
// A key that is changed is forgotten when [Directory.Forget] is called with its
// digest; after a time in which such calls may have been missed,
// [Directory.Distrust] has every key read anew before it is used again. Safe for
// concurrent use.
type Directory[T any] struct {
	source  Source
	made    func(value string) bool
	compile func(*Record) *T
	now     func() time.Time
	epoch   atomic.Int64 // grows with each Distrust
	shards  [shards]shard[T]
}

type shard[T any] struct {
	mu      sync.RWMutex
	entries map[Digest]*entry[T]
	asking  map[Digest]*question[T]
}

// entry is what is known of a key; value is nil for one that is not there.
type entry[T any] struct {
	value *T
	read  time.Time
	epoch int64

	asked   time.Time // in vain, last
	askedIn int64     // and in which epoch
}

// question is a look-up under way, which all callers with the same key wait for.
type question[T any] struct {
	done  chan struct{}
	entry *entry[T]
	err   error
}

// NewDirectory returns an empty directory. made says whether a key can be one of
// the cluster's ([Minter.Made]): the source is not asked for any other. compile
// must not fail: a record was checked when it was written.
func NewDirectory[T any](source Source, made func(value string) bool, compile func(*Record) *T) *Directory[T] {
	d := &Directory[T]{source: source, made: made, compile: compile, now: time.Now}
	for i := range d.shards {
		d.shards[i].entries = map[Digest]*entry[T]{}
		d.shards[i].asking = map[Digest]*question[T]{}
	}
	return d
}

func (d *Directory[T]) shard(digest Digest) *shard[T] { return &d.shards[digest[0]&(shards-1)] }

// Find returns what a key, whose digest the caller has made, is compiled to, or
// ErrNotFound. Any other error says that the source could not be asked and nothing
// recent enough is known.
func (d *Directory[T]) Find(digest Digest, value string) (*T, error) {
	s := d.shard(digest)
	s.mu.RLock()
	e := s.entries[digest]
	s.mu.RUnlock()
	if e == nil && !d.made(value) {
		return nil, ErrNotFound
	}
	if e == nil || !d.fresh(e) && !d.vain(e) {
		var err error
		if e, err = d.ask(s, digest, e); err != nil {
			return nil, err
		}
	}
	if e.value == nil {
		return nil, ErrNotFound
	}
	return e.value, nil
}

func (d *Directory[T]) fresh(e *entry[T]) bool {
	keep := freshFor
	if e.value == nil {
		keep = absentFor
	}
	return e.epoch == d.epoch.Load() && d.now().Sub(e.read) < keep
}

// vain says that the source could just not be asked for a key that is believed in
// meanwhile.
func (d *Directory[T]) vain(e *entry[T]) bool {
	now := d.now()
	return e.value != nil && e.askedIn == d.epoch.Load() && now.Sub(e.asked) < askAgain && now.Sub(e.read) < staleFor
}

// ask reads a key from the source, once for all who want it now. old is what is
// known of it, nil for nothing.
func (d *Directory[T]) ask(s *shard[T], digest Digest, old *entry[T]) (*entry[T], error) {
	s.mu.Lock()
	q := s.asking[digest]
	if q != nil {
		s.mu.Unlock()
		<-q.done
	} else {
		q = &question[T]{done: make(chan struct{})}
		s.asking[digest] = q
		s.mu.Unlock()
		d.answer(s, digest, q)
	}
	if q.err != nil && old != nil && old.value != nil && d.now().Sub(old.read) < staleFor {
		s.hold(digest, old, d.now(), d.epoch.Load())
		return old, nil
	}
	return q.entry, q.err
}

func (d *Directory[T]) answer(s *shard[T], digest Digest, q *question[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	epoch, now := d.epoch.Load(), d.now()
	r, err := d.source.Get(ctx, digest)
	switch {
	case err == nil:
		q.entry = &entry[T]{value: d.compile(r), read: now, epoch: epoch}
	case errors.Is(err, ErrNotFound):
		q.entry = &entry[T]{read: now, epoch: epoch}
	default:
		q.err = err
	}
	s.mu.Lock()
	if s.asking[digest] == q {
		delete(s.asking, digest)
		if q.err == nil {
			s.keep(digest, q.entry)
		}
	}
	s.mu.Unlock()
	close(q.done)
}

// keep stores an entry, in place of any other when there is no room. The lock is held.
func (s *shard[T]) keep(digest Digest, e *entry[T]) {
	if _, known := s.entries[digest]; !known && len(s.entries) >= perShard {
		for other := range s.entries { // in random order
			delete(s.entries, other)
			break
		}
	}
	s.entries[digest] = e
}

// hold notes that the source was asked in vain for a key, of which an entry is known
// and still the last word.
func (s *shard[T]) hold(digest Digest, e *entry[T], now time.Time, epoch int64) {
	held := *e
	held.asked, held.askedIn = now, epoch
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[digest] == e {
		s.entries[digest] = &held
	}
}

// Forget is called when a key was changed: its next use reads it anew.
func (d *Directory[T]) Forget(digest Digest) {
	s := d.shard(digest)
	s.mu.Lock()
	delete(s.entries, digest)
	delete(s.asking, digest) // who asks from now on must not get what was read before
	s.mu.Unlock()
}

// Distrust is called when changes may have been missed: every key is read anew
// before it is used again, as far as the source can be asked.
func (d *Directory[T]) Distrust() { d.epoch.Add(1) }
