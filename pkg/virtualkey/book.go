package virtualkey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

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

	mu       sync.RWMutex
	byID     map[string]*Record
	byDigest map[string]*Record
}

// NewBook returns the book of a cluster. It is empty until Open.
func NewBook(c *bus.Conn) *Book {
	return &Book{kv: NewKV(c), missed: make(chan struct{}, 1), byID: map[string]*Record{}, byDigest: map[string]*Record{}}
}

// Open reads all keys and begins to hear of changes.
func (b *Book) Open(ctx context.Context) error {
	var err error
	if b.hints, err = b.kv.conn.Control.NATS.Subscribe(bus.VirtualKeyChanged.All(), b.hear); err != nil {
		return fmt.Errorf("virtual key: listen for changes: %w", err)
	}
	b.unhook = b.kv.conn.OnReconnect(func() {
		select {
		case b.missed <- struct{}{}:
		default:
		}
	})
	return b.load(ctx)
}

// Run reads all keys anew whenever changes may have been missed, until ctx ends.
func (b *Book) Run(ctx context.Context) {
	defer func() {
		b.unhook()
		_ = b.hints.Unsubscribe() // it ends with the connection otherwise
	}()
	for {
		select {
		case <-b.missed:
			_ = b.load(ctx) // what it could not read is read after the next reconnect
		case <-ctx.Done():
			return
		}
	}
}

// load reads all keys anew.
func (b *Book) load(ctx context.Context) error {
	kv, err := b.kv.bucket(ctx)
	if err != nil {
		return err
	}
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("virtual key: read all: %w", err)
	}
	defer w.Stop() //nolint:errcheck // it has been read to its end, or ends with the connection
	seen := map[string]bool{}
	for {
		select {
		case e := <-w.Updates():
			if e == nil {
				b.keepOnly(seen)
				return nil
			}
			seen[e.Key()] = true
			if r, err := b.kv.open(e.Value(), e.Key(), e.Revision()); err == nil { // of a newer version, or forged, it is not readable
				b.put(r)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hear takes over a change.
func (b *Book) hear(m *nats.Msg) {
	c, ok := changeOf(m)
	if !ok {
		return
	}
	if len(m.Data) == 0 {
		b.remove(c.Digest.String(), c.Revision)
		return
	}
	if r, err := b.kv.open(m.Data, c.Digest.String(), c.Revision); err == nil {
		b.put(r)
	}
}

// put takes over a record, unless a newer one is known.
func (b *Book) put(r *Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if was := b.byDigest[r.Digest]; was != nil && was.Revision >= r.Revision {
		return
	}
	b.byID[r.ID], b.byDigest[r.Digest] = r, r
}

func (b *Book) remove(digest string, revision uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if was := b.byDigest[digest]; was != nil && was.Revision < revision {
		delete(b.byDigest, digest)
		delete(b.byID, was.ID)
	}
}

func (b *Book) keepOnly(digests map[string]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for digest, r := range b.byDigest {
		if !digests[digest] {
			delete(b.byDigest, digest)
			delete(b.byID, r.ID)
		}
	}
}

// List returns all keys, in the order of their making. The records must not be
// changed.
func (b *Book) List(context.Context) ([]*Record, error) {
	b.mu.RLock()
	all := make([]*Record, 0, len(b.byID))
	for _, r := range b.byID {
		all = append(all, r)
	}
	b.mu.RUnlock()
	slices.SortFunc(all, func(x, y *Record) int {
		if c := x.Created.Compare(y.Created); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return all, nil
}

// Find returns the key with an id, or ErrNotFound. The record must not be changed.
func (b *Book) Find(_ context.Context, id string) (*Record, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if r := b.byID[id]; r != nil {
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
	var api *jetstream.APIError
	if errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
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
	if err := kv.Delete(ctx, r.Digest); err != nil {
		return 0, fmt.Errorf("virtual key: delete: %w", err)
	}
	b.mu.Lock()
	delete(b.byDigest, r.Digest)
	delete(b.byID, id)
	b.mu.Unlock()
	return b.kv.Newest(ctx)
}
