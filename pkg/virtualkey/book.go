package virtualkey

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Book is the keys of the cluster for who manages them: all of them, by id. It
// holds them in memory and hears of each change. Safe for concurrent use.
type Book struct {
	kv     *KV
	hints  *nats.Subscription
	unhook func()
	missed chan struct{}

	mu    sync.RWMutex
	index *index
	// gone has what was deleted, and when, while all keys are read; else it is nil.
	gone map[string]uint64
}

// NewBook returns the book of a cluster. It is empty until Open.
func NewBook(c *bus.Conn) *Book {
	return &Book{kv: NewKV(c), missed: make(chan struct{}, 1), index: newIndex()}
}

// Open reads all keys and begins to hear of changes.
func (b *Book) Open(ctx context.Context) error {
	var err error
	if b.hints, err = b.kv.conn.Control.NATS.Subscribe(bus.VirtualKeyChanged.All(), b.hear); err != nil {
		return fmt.Errorf("virtual key: listen for changes: %w", err)
	}
	b.unhook = b.kv.conn.OnReconnect(b.miss)
	return b.load(ctx)
}

// miss is called when changes may have gone unheard.
func (b *Book) miss() {
	select {
	case b.missed <- struct{}{}:
	default:
	}
}

// loadAgain is how long to wait after the keys could not be read.
const loadAgain = time.Second

// Run reads all keys anew whenever changes may have been missed, until ctx ends.
func (b *Book) Run(ctx context.Context) {
	defer func() {
		b.unhook()
		_ = b.hints.Unsubscribe() // it ends with the connection otherwise
	}()
	for {
		select {
		case <-b.missed:
		case <-ctx.Done():
			return
		}
		if b.load(ctx) == nil {
			continue
		}
		select {
		case <-time.After(loadAgain):
			b.miss()
		case <-ctx.Done():
			return
		}
	}
}

// load reads all keys anew. Changes are heard of meanwhile.
func (b *Book) load(ctx context.Context) error {
	kv, err := b.kv.bucket(ctx)
	if err != nil {
		return err
	}
	newest, err := b.kv.Newest(ctx) // all keys of up to then are going to be read
	if err != nil {
		return err
	}
	b.setGone(map[string]uint64{})
	defer b.setGone(nil)
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("virtual key: read all: %w", err)
	}
	defer w.Stop() //nolint:errcheck // it has been read to its end, or ends with the connection
	read := map[string]*Record{}
	for {
		select {
		case e := <-w.Updates():
			if e == nil {
				b.take(read, newest)
				return nil
			}
			if r, err := b.kv.open(e.Value(), e.Key(), e.Revision()); err == nil { // of a newer version, or forged, it is not readable
				read[r.Digest] = r
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *Book) setGone(gone map[string]uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = gone
}

// take takes over all keys, as they were read. What was heard of meanwhile is newer.
func (b *Book) take(read map[string]*Record, newest uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for digest, r := range read {
		if b.gone[digest] > r.Revision {
			delete(read, digest)
		}
	}
	for digest, r := range b.index.byDigest {
		if same := read[digest]; r.Revision > newest || same != nil && same.Revision < r.Revision {
			read[digest] = r
		}
	}
	b.index = indexOf(read)
}

// hear takes over a change.
func (b *Book) hear(m *nats.Msg) {
	c, ok := b.kv.change(m)
	switch {
	case ok && c.Deleted:
		b.remove(c.Digest.String(), c.Revision)
	case ok && c.Record != nil:
		b.put(c.Record)
	}
}

// put takes over a record, unless a newer one is known.
func (b *Book) put(r *Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.index.put(r)
}

func (b *Book) remove(digest string, revision uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone != nil {
		b.gone[digest] = revision
	}
	if was := b.index.byDigest[digest]; was != nil && was.Revision < revision {
		b.index.remove(was)
	}
}

// Page returns the keys that a query asks for.
func (b *Book) Page(_ context.Context, q Query) (Page, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.index.page(q), nil
}

// Find returns the key with an id, or ErrNotFound. The record must not be changed.
func (b *Book) Find(_ context.Context, id string) (*Record, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if r := b.index.byID[id]; r != nil {
		return r, nil
	}
	return nil, ErrNotFound
}

// Named returns a key with a name, or ErrNotFound. The record must not be changed.
func (b *Book) Named(_ context.Context, name string) (*Record, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if r := b.index.byName[name]; r != nil {
		return r, nil
	}
	return nil, ErrNotFound
}

// Create stores a new key and sets its Revision.
func (b *Book) Create(ctx context.Context, r *Record) error {
	return b.write(ctx, r, func(kv jetstream.KeyValue, data []byte) (uint64, error) {
		return kv.Create(ctx, r.Digest, data)
	})
}

// Update replaces the key of the same Revision, and sets its new one.
func (b *Book) Update(ctx context.Context, r *Record) error {
	if _, err := b.Find(ctx, r.ID); err != nil {
		return err
	}
	return b.replace(ctx, r)
}

// replace is Update without a look whether the key is there.
func (b *Book) replace(ctx context.Context, r *Record) error {
	return b.write(ctx, r, func(kv jetstream.KeyValue, data []byte) (uint64, error) {
		return kv.Update(ctx, r.Digest, data, r.Revision)
	})
}

func (b *Book) write(ctx context.Context, r *Record, put func(jetstream.KeyValue, []byte) (uint64, error)) error {
	kv, err := b.kv.bucket(ctx)
	if err != nil {
		return err
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	revision, err := put(kv, b.kv.seal.Seal(data, r.Digest))
	if bus.IsConflict(err) {
		return ErrConflict
	}
	if err != nil {
		return fmt.Errorf("virtual key: write: %w", err)
	}
	r.Revision = revision
	kept := *r
	b.put(&kept)
	return nil
}

// Delete removes a key, or returns ErrNotFound. Who has heard of the revision that
// it returns has heard of the deletion.
func (b *Book) Delete(ctx context.Context, id string) (revision uint64, err error) {
	r, err := b.Find(ctx, id)
	if err != nil {
		return 0, err
	}
	kv, err := b.kv.bucket(ctx)
	if err != nil {
		return 0, err
	}
	if r.Previous != "" {
		if err := b.drop(ctx, r.Previous); err != nil {
			return 0, err
		}
	}
	if err := kv.Delete(ctx, r.Digest); err != nil {
		return 0, fmt.Errorf("virtual key: delete: %w", err)
	}
	revision, err = b.kv.Newest(ctx)
	b.remove(r.Digest, max(revision, r.Revision+1))
	return revision, err
}
