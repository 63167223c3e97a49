package virtualkey

import (
	"context"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
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
