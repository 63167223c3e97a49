package oauth

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// BusRecords are the records of a cluster, in a bucket.
type BusRecords struct {
	conn   *bus.Conn
	bucket *bus.Bucket
}

// NewBusRecords returns the records in a bucket.
func NewBusRecords(c *bus.Conn, b *bus.Bucket) *BusRecords { return &BusRecords{c, b} }

func (r *BusRecords) open(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := r.conn.Control.Bucket(ctx, r.bucket)
	if err != nil {
		return nil, fmt.Errorf("oauth: open %s: %w", r.bucket.Name, err)
	}
	return kv, nil
}

// Load implements Records.
func (r *BusRecords) Load(ctx context.Context, place string) ([]byte, uint64, error) {
	kv, err := r.open(ctx)
	if err != nil {
		return nil, 0, err
	}
	e, err := kv.Get(ctx, place)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, 0, ErrNoRecord
	}
	if err != nil {
		return nil, 0, fmt.Errorf("oauth: read from %s: %w", r.bucket.Name, err)
	}
	return e.Value(), e.Revision(), nil
}

// Put implements Records.
func (r *BusRecords) Put(ctx context.Context, place string, text []byte) error {
	kv, err := r.open(ctx)
	if err != nil {
		return err
	}
	_, err = kv.Put(ctx, place, text)
	return r.explain(err)
}

// Swap implements Records.
func (r *BusRecords) Swap(ctx context.Context, place string, text []byte, revision uint64) (uint64, error) {
	kv, err := r.open(ctx)
	if err != nil {
		return 0, err
	}
	next, err := kv.Update(ctx, place, text, revision)
	return next, r.explain(err)
}

// Delete implements Records.
func (r *BusRecords) Delete(ctx context.Context, place string, revision uint64) error {
	kv, err := r.open(ctx)
	if err != nil {
		return err
	}
	return r.explain(kv.Delete(ctx, place, jetstream.LastRevision(revision)))
}

// Under implements Records. Control alone may ask.
func (r *BusRecords) Under(ctx context.Context, first string) (places []string, err error) {
	kv, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := kv.ListKeysFiltered(ctx, first+".*")
	if err != nil {
		return nil, fmt.Errorf("oauth: list what is in %s: %w", r.bucket.Name, err)
	}
	for place := range keys.Keys() {
		places = append(places, place)
	}
	return places, nil
}

func (r *BusRecords) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case bus.IsConflict(err):
		return ErrChanged
	}
	return fmt.Errorf("oauth: write to %s: %w", r.bucket.Name, err)
}
