package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ProvisionOptions are those of Provision.
type ProvisionOptions struct {
	// Replicas is how many copies are kept of each stream. 0 is three if the cluster
	// has three servers or more, else one.
	Replicas int
}

const (
	provisionTimeout = 30 * time.Second
	provisionTry     = 2 * time.Second
	provisionRetry   = 100 * time.Millisecond
	// provisionLease outlives every provisioning but one that has hung.
	provisionLease = provisionTimeout
)

// errDiffers is the error of a stream that cannot become what is declared.
var errDiffers = errors.New("it differs in what cannot be changed; keep its messages elsewhere and delete it")

// Provision makes all that is declared exist. It takes nothing away: a limit that is
// already higher, or a stream that already has more copies, stays, so that control
// nodes of neighbouring versions may all call it, also at once. While the cluster has
// no leader yet it tries again, until ctx ends or for half a minute.
//
// Only a node that has the role Control may call it.
func Provision(ctx context.Context, c *Conn, o ProvisionOptions) error {
	ctx, cancel := context.WithTimeout(ctx, provisionTimeout)
	defer cancel()
	if o.Replicas == 0 {
		o.Replicas = 1
		if len(c.Control.NATS.Servers()) >= 3 {
			o.Replicas = 3
		}
	}
	js := c.Control.JS
	if err := ensureStream(ctx, js, Leases.config(o.Replicas)); err != nil {
		return err
	}
	release, err := lease(ctx, js, "provision", provisionLease)
	if err != nil {
		return err
	}
	defer release()
	var tasks []func() error
	for _, s := range streams {
		tasks = append(tasks, func() error { return provisionStream(ctx, js, s, o.Replicas) })
	}
	for _, b := range buckets {
		tasks = append(tasks, func() error { return ensureStream(ctx, js, b.config(o.Replicas)) })
	}
	for _, s := range objectStores {
		tasks = append(tasks, func() error { return ensureStream(ctx, js, s.config(o.Replicas)) })
	}
	return atOnce(tasks)
}

func provisionStream(ctx context.Context, js jetstream.JetStream, s *Stream, replicas int) error {
	if err := ensureStream(ctx, js, s.config(replicas)); err != nil {
		return err
	}
	for _, consumer := range s.Consumers {
		if err := ensureConsumer(ctx, js, consumer); err != nil {
			return err
		}
	}
	return nil
}

// atOnce runs tasks side by side, since most of their time goes to waiting for the
// disk, and returns their errors.
func atOnce(tasks []func() error) error {
	failed := make([]error, len(tasks))
	var running sync.WaitGroup
	for i, task := range tasks {
		running.Go(func() { failed[i] = task() })
	}
	running.Wait()
	return errors.Join(failed...)
}

// ProvisionPools makes the queues exist from which workers take the calls for these
// providers.
func ProvisionPools(ctx context.Context, c *Conn, pools []string) error {
	ctx, cancel := context.WithTimeout(ctx, provisionTimeout)
	defer cancel()
	var tasks []func() error
	for _, pool := range pools {
		tasks = append(tasks, func() error { return ensureConsumer(ctx, c.Control.JS, OverflowPool(pool)) })
	}
	return atOnce(tasks)
}

func ensureStream(ctx context.Context, js jetstream.JetStream, want jetstream.StreamConfig) error {
	return persist(ctx, "stream "+want.Name, func(ctx context.Context) error {
		_, err := js.CreateStream(ctx, want)
		if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return err
		}
		s, err := js.Stream(ctx, want.Name)
		if err != nil {
			return err
		}
		have := s.CachedInfo().Config
		grown := grow(have, want)
		switch {
		case grown.Retention != want.Retention, grown.Storage != want.Storage:
			return errDiffers
		case reflect.DeepEqual(grown, have):
			return nil
		}
		_, err = js.UpdateStream(ctx, grown)
		return err
	})
}

func ensureConsumer(ctx context.Context, js jetstream.JetStream, consumer *Consumer) error {
	stream, want := consumer.stream.Name, consumer.config()
	return persist(ctx, "consumer "+want.Name+" of "+stream, func(ctx context.Context) error {
		_, err := js.CreateConsumer(ctx, stream, want)
		if !errors.Is(err, jetstream.ErrConsumerExists) {
			return err
		}
		c, err := js.Consumer(ctx, stream, want.Name)
		if err != nil {
			return err
		}
		have := c.CachedInfo().Config
		grown := growConsumer(have, want)
		if reflect.DeepEqual(grown, have) {
			return nil
		}
		_, err = js.UpdateConsumer(ctx, stream, grown)
		return err
	})
}

// persist tries until it works: for some time after servers start, or one is lost,
// nobody leads, and what is asked for is refused in many ways, or not heard.
func persist(ctx context.Context, what string, try func(context.Context) error) error {
	for {
		trying, cancel := context.WithTimeout(ctx, provisionTry)
		err := try(trying)
		cancel()
		if err == nil {
			return nil
		}
		if errors.Is(err, errDiffers) {
			return fmt.Errorf("provision %s: %w", what, err)
		}
		select {
		case <-time.After(provisionRetry):
		case <-ctx.Done():
			return fmt.Errorf("provision %s: %w", what, err)
		}
	}
}
