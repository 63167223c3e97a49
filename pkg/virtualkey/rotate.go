package virtualkey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go/jetstream"
)

// Rotate gives the key with an id another value, which the caller has made. The old
// value works for as long as the overlap, with the rights that the key has then; one
// that was rotated away before ends at once. It returns the key as it is from now on,
// ErrNotFound, or ErrConflict where somebody else has changed it meanwhile.
//
// The new value is there before the old one is changed: at no time is there none.
func (b *Book) Rotate(ctx context.Context, id, value string, overlap time.Duration) (*Record, error) {
	old, err := b.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	next := *old
	next.Digest, next.Last4, next.Updated = DigestOf(value).String(), value[max(len(value)-4, 0):], now
	next.Previous, next.RotatedUntil = old.Digest, now.Add(overlap)
	if err := b.Create(ctx, &next); err != nil {
		return nil, err
	}
	if err := b.retire(ctx, old, &next, overlap); err != nil {
		return nil, errors.Join(err, b.erase(context.WithoutCancel(ctx), &next))
	}
	if old.Previous != "" {
		if err := b.drop(ctx, old.Previous); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

// retire has the value of before lead on to the next one, or end.
func (b *Book) retire(ctx context.Context, old, next *Record, overlap time.Duration) error {
	if overlap <= 0 {
		return b.erase(ctx, old)
	}
	way := &Record{
		ID: old.ID, Name: old.Name, Digest: old.Digest, Last4: old.Last4, Active: true, Created: old.Created, Updated: next.Updated,
		Successor: next.Digest, Expires: next.RotatedUntil, Revision: old.Revision,
	}
	return b.replace(ctx, way)
}

// erase deletes a record as long as nobody has changed it.
func (b *Book) erase(ctx context.Context, r *Record) error {
	err := b.drop(ctx, r.Digest, jetstream.LastRevision(r.Revision))
	if bus.IsConflict(err) {
		return ErrConflict
	}
	return err
}

// drop deletes what lies under a digest, if there is anything.
func (b *Book) drop(ctx context.Context, digest string, how ...jetstream.KVDeleteOpt) error {
	kv, err := b.kv.bucket(ctx)
	if err != nil {
		return err
	}
	if err := kv.Delete(ctx, digest, how...); err != nil {
		return fmt.Errorf("virtual key: delete: %w", err)
	}
	revision, err := b.kv.Newest(ctx)
	b.remove(digest, revision)
	return err
}
