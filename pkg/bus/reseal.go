package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Reseal seals what lies in a bucket with the first of the cluster's secret keys where
// it was sealed with another, and returns how many values that were. Each is sealed for
// its name in the bucket with a key derived for the purpose. What somebody changes
// meanwhile is sealed by them; what cannot be opened stays as it is.
func (c *Conn) Reseal(ctx context.Context, b *Bucket, purpose string) (int, error) {
	key := c.Derive(purpose)
	var names []string
	err := c.Control.EachValue(ctx, b, func(name string, sealed []byte) {
		if !key.Sealed(sealed) {
			names = append(names, name)
		}
	})
	if err != nil || len(names) == 0 {
		return 0, err
	}
	kv, err := c.Control.Bucket(ctx, b)
	if err != nil {
		return 0, err
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
		var wrong *jetstream.APIError
		switch {
		case err == nil:
			done++
		case errors.Is(err, jetstream.ErrKeyExists), errors.As(err, &wrong) && wrong.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence: // changed meanwhile
		default:
			return done, fmt.Errorf("nats: reseal in %s: %w", b.Name, err)
		}
	}
	return done, nil
}
