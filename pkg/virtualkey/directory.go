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
	// freshFor bounds how long it can matter that a change went unheard: to a key that
	// was read once, and to all while nobody confirms that changes are heard.
	freshFor = time.Minute
	// absentFor is the same for a key that was not there.
	absentFor = 10 * time.Second
	// staleFor is how long a key is believed in while its source cannot be asked.
	staleFor = 15 * time.Minute
	// askFor bounds a look-up, during which a call waits; askKnownFor one of a key that
	// is believed in otherwise.
	askFor      = time.Second
	askKnownFor = 250 * time.Millisecond
	// askAgain is how long such keys are not asked for after the source was away.
	askAgain = 5 * time.Second
	// shards spread the locks; a power of two.
	shards = 64
	// perShard bounds memory: 128 Ki keys in all.
	perShard = 2048
)

// Directory finds keys for the hot path. It keeps what it has read, and asks the
// source for what it has not, or may not believe any more; T is what a record is
// compiled to.
//
// It is told of each change with [Directory.Change], which it takes over without
// asking. As long as [Directory.Confirm] says that none went unheard, what it has is
// good; but a key that was read is read once more after a minute, since a server that
// leads the others no more may not have heard so when it is asked. After a time in which changes
// may have been missed, [Directory.Distrust] has every key read anew before it is used
// again. Safe for concurrent use.
type Directory[T any] struct {
	source  Source
	made    func(value string) bool
	compile func(*Record) *T
	now     func() time.Time
	trust   trust
	away    atomic.Int64 // until when known keys are not asked for; nanoseconds since 1970
	shards  [shards]shard[T]
}

type shard[T any] struct {
	mu      sync.RWMutex
	entries map[Digest]*entry[T]
	asking  map[Digest]*question[T]
}

// entry is what is known of a key; value is nil for one that is not there.
type entry[T any] struct {
	value    *T
	revision uint64
	read     time.Time
	epoch    int64
	// certain: it was heard, or read twice; then it is good while changes are heard.
	certain bool
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
	if e == nil || !d.fresh(e) {
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
	if e.value == nil && !e.certain {
		keep = absentFor
	}
	epoch, confirmed := d.trust.now()
	if e.epoch != epoch {
		return false
	}
	now := d.now()
	return now.Sub(e.read) < keep || e.certain && now.Sub(confirmed) < freshFor
}

// ask reads a key from the source, once for all who want it now. old is what is
// known of it, nil for nothing.
func (d *Directory[T]) ask(s *shard[T], digest Digest, old *entry[T]) (*entry[T], error) {
	believed := d.believed(old)
	if believed && d.now().Before(time.Unix(0, d.away.Load())) {
		return old, nil
	}
	s.mu.Lock()
	if e := s.entries[digest]; e != old && e != nil && d.fresh(e) { // another's answer came since the caller looked
		s.mu.Unlock()
		return e, nil
	}
	q := s.asking[digest]
	if q != nil {
		s.mu.Unlock()
		<-q.done
	} else {
		q = &question[T]{done: make(chan struct{})}
		s.asking[digest] = q
		s.mu.Unlock()
		d.answer(s, digest, q, old, believed)
	}
	if q.err != nil && believed {
		return old, nil
	}
	return q.entry, q.err
}

// believed says whether what is known of a key will do while the source is away.
func (d *Directory[T]) believed(e *entry[T]) bool {
	if e == nil || e.value == nil {
		return false
	}
	good := e.read
	if e.certain {
		good = d.trust.goodUntil(e.read, e.epoch)
	}
	return d.now().Sub(good) < staleFor
}

func (d *Directory[T]) answer(s *shard[T], digest Digest, q *question[T], old *entry[T], believed bool) {
	wait := askFor
	if believed {
		wait = askKnownFor
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	epoch, _ := d.trust.now()
	e := &entry[T]{read: d.now(), epoch: epoch}
	r, err := d.source.Get(ctx, digest)
	switch {
	case err == nil:
		e.value, e.revision = d.compile(r), r.Revision
		e.certain = old != nil && old.value != nil && old.epoch == epoch && old.revision == r.Revision
		q.entry = e
	case errors.Is(err, ErrNotFound):
		q.entry = e
	default:
		q.err = err
		d.away.Store(d.now().Add(askAgain).UnixNano())
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

// Change takes over a change to a key. One that cannot be read is read from the source
// at the key's next use. A key that nobody has used here is not kept in place of another.
func (d *Directory[T]) Change(c Change) {
	epoch, _ := d.trust.now()
	e := &entry[T]{revision: c.Revision, read: d.now(), epoch: epoch, certain: true}
	if c.Record != nil {
		e.value = d.compile(c.Record)
	}
	s := d.shard(c.Digest)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asking, c.Digest) // who asks from now on must not get what was read before
	old, known := s.entries[c.Digest]
	switch {
	case c.Record == nil && !c.Deleted:
		delete(s.entries, c.Digest)
	case known && old.revision > c.Revision:
	case known || len(s.entries) < perShard:
		s.entries[c.Digest] = e
	}
}

// Confirm is called when every change of before a time was heard.
func (d *Directory[T]) Confirm(before time.Time) { d.trust.confirm(before) }

// Distrust is called when changes may have been missed: every key is read anew
// before it is used again, as far as the source can be asked.
func (d *Directory[T]) Distrust() {
	d.trust.end(d.now())
	d.away.Store(0) // it may be back
}
