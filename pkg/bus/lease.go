package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Lease takes what only one may do at a time, until release or for as long as ttl,
// which is whole seconds. It reports false while another has it.
func Lease(ctx context.Context, c *Conn, name string, ttl time.Duration) (release func(), taken bool, err error) {
	leases, err := c.Control.Bucket(ctx, Leases)
	if err != nil {
		return nil, false, err
	}
	release, err = take(ctx, leases, name, ttl)
	if errors.Is(err, jetstream.ErrKeyExists) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("nats: lease %s: %w", name, err)
	}
	return release, true, nil
}

// lease waits until nobody else has it.
func lease(ctx context.Context, js jetstream.JetStream, name string, ttl time.Duration) (release func(), err error) {
	err = persist(ctx, "lease "+name, func(ctx context.Context) error {
		leases, err := js.KeyValue(ctx, Leases.Name)
		if err != nil {
			return err
		}
		release, err = take(ctx, leases, name, ttl)
		return err
	})
	return release, err
}

func take(ctx context.Context, leases jetstream.KeyValue, name string, ttl time.Duration) (release func(), err error) {
	revision, err := leases.Create(ctx, name, nil, jetstream.KeyTTL(ttl))
	if err != nil {
		return nil, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
		defer cancel()
		_ = leases.Delete(ctx, name, jetstream.LastRevision(revision)) // else it expires
	}, nil
}
