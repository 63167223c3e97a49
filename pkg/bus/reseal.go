package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go/jetstream"
)

// Reseal seals what lies in a bucket with the first of the cluster's secret keys where
// it was sealed with another, and returns how many values that were. Each is sealed for
// its name in the bucket with a key derived for the purpose. What somebody changes
// meanwhile is sealed by them; what cannot be opened stays as it is.
func (c *Conn) Reseal(ctx context.Context, b *Bucket, purpose string) (int, error) {
	key := c.Derive(purpose)
	kv, err := c.Control.Bucket(ctx, b)
	if err != nil {
		return 0, err
	}
	names, err := sealedByOthers(ctx, kv, key)
	if err != nil {
		return 0, fmt.Errorf("nats: reseal in %s: %w", b.Name, err)
	}
	done := 0
	for _, name := range names {
		e, err := kv.Get(ctx, name)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("nats: reseal in %s: %w", b.Name, err)
		}
		text, err := key.Open(e.Value(), name)
		if err != nil || key.Sealed(e.Value()) {
			continue
		}
		_, err = kv.Update(ctx, name, key.Seal(text, name), e.Revision())
		switch {
		case err == nil:
			done++
		case IsConflict(err): // changed meanwhile
		default:
			return done, fmt.Errorf("nats: reseal in %s: %w", b.Name, err)
		}
	}
	return done, nil
}

// SealedWithOthers counts what lies in a bucket that [Conn.Reseal] would seal anew.
func (c *Conn) SealedWithOthers(ctx context.Context, b *Bucket, purpose string) (int, error) {
	kv, err := c.Control.Bucket(ctx, b)
	if err != nil {
		return 0, err
	}
	names, err := sealedByOthers(ctx, kv, c.Derive(purpose))
	if err != nil {
		return 0, fmt.Errorf("nats: look how %s is sealed: %w", b.Name, err)
	}
	return len(names), nil
}

// sealedByOthers lists what lies in a bucket that was not sealed with the key itself. Not
// every bucket can be read without a consumer, which control may make.
func sealedByOthers(ctx context.Context, kv jetstream.KeyValue, key secret.Key) (names []string, err error) {
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer w.Stop() //nolint:errcheck // it has been read to its end, or ends with the connection
	for {
		select {
		case e := <-w.Updates():
			if e == nil {
				return names, nil
			}
			if !key.Sealed(e.Value()) {
				names = append(names, e.Key())
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
