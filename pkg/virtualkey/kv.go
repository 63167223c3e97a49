package virtualkey

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrConflict is the error for a change to a key that somebody else has changed
// meanwhile.
var ErrConflict = errors.New("virtual key: somebody else has changed it meanwhile")

// KV reads keys from the cluster's bucket, where each lies under its digest. It is
// the [Source] of an edge. Safe for concurrent use.
//
// A record is sealed for its digest with a key of the cluster: who can only write to
// the bucket can make no key, and give none the rights of another.
type KV struct {
	conn *bus.Conn
	seal secret.Key
}

// NewKV returns the cluster's keys.
func NewKV(c *bus.Conn) *KV { return &KV{conn: c, seal: c.Derive("virtual-keys")} }

// Get implements Source.
func (k *KV) Get(ctx context.Context, d Digest) (*Record, error) {
	kv, err := k.bucket(ctx)
	if err != nil {
		return nil, err
	}
	e, err := kv.Get(ctx, d.String())
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("virtual key: look up: %w", err)
	}
	return k.open(e.Value(), d.String(), e.Revision())
}

func (k *KV) open(sealed []byte, digest string, revision uint64) (*Record, error) {
	data, err := k.seal.Open(sealed, digest)
	if err != nil {
		return nil, fmt.Errorf("read a virtual key: %w", err)
	}
	return Decode(data, revision)
}

func (k *KV) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	return k.conn.Control.Bucket(ctx, bus.VirtualKeys)
}

// Newest returns the revision of the newest change to any key.
func (k *KV) Newest(ctx context.Context) (uint64, error) {
	revision, err := bus.VirtualKeys.Newest(ctx, k.conn.Control)
	if err != nil {
		return 0, fmt.Errorf("virtual key: read the newest revision: %w", err)
	}
	return revision, nil
}

// Change is what a node hears of a key: its digest, and the revision of the change.
// A change without a digest says that some may have gone unheard.
type Change struct {
	Digest   Digest
	Missed   bool
	Revision uint64
}

// Follow calls changed with each change until ctx ends. It is called by one
// goroutine at a time, and must not block.
func (k *KV) Follow(ctx context.Context, changed func(Change)) error {
	var mu sync.Mutex
	tell := func(c Change) {
		mu.Lock()
		defer mu.Unlock()
		changed(c)
	}
	sub, err := k.conn.Control.NATS.Subscribe(bus.VirtualKeyChanged.All(), func(m *nats.Msg) {
		if c, ok := changeOf(m); ok {
			tell(c)
		}
	})
	if err != nil {
		return fmt.Errorf("virtual key: listen for changes: %w", err)
	}
	remove := k.conn.OnReconnect(func() { tell(Change{Missed: true}) })
	context.AfterFunc(ctx, func() {
		remove()
		_ = sub.Unsubscribe() // it ends with the connection otherwise
	})
	return nil
}

func changeOf(m *nats.Msg) (Change, bool) {
	values, ok := bus.VirtualKeyChanged.Values(m.Subject)
	if !ok || len(values) != 1 {
		return Change{}, false
	}
	d, ok := ParseDigest(values[0])
	var revision uint64
	_, err := fmt.Sscan(m.Header.Get(jetstream.SequenceHeader), &revision)
	return Change{Digest: d, Revision: revision}, ok && err == nil
}
