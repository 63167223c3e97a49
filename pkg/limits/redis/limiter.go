package redis

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// Options are how a limiter counts. Redis is required.
type Options struct {
	Redis *redis.Client // not closed with the limiter
	// Nodes is how many nodes count together; a node's share of a limit is by it
	// while Redis is away. Default: one.
	Nodes func() int
	// Seed tells how much money the ledger knows to be used of a limit, in its
	// present period. Not ok means that it cannot tell now, and the limit's policy
	// decides. Without a Seed a count that Redis does not have begins with nothing.
	Seed func(ctx context.Context, l *limits.Limit) (used int64, ok bool)
	// Warned is told when a limit's threshold is reached, on a settling goroutine; it
	// is not to wait for anything. Default: nobody is told.
	Warned func(limits.Threshold)
	// HoldFor is for how long money is held for a call whose node is not heard of.
	// Default: [limits.HoldFor].
	HoldFor time.Duration
	// LeaseFor is how long the place of a call is kept after its node was last
	// heard of, where calls at once are limited. Default: 30 s.
	LeaseFor time.Duration
	Log      *slog.Logger // default: slog.Default()
}

// Limiter counts limits in Redis. Safe for concurrent use.
type Limiter struct {
	Reader
	options Options
	name    string // of this limiter, different from all others

	places places
	holds  holds
	late   late
	share  share
	seeds  seeds
	mark   mark
	serial atomic.Uint64

	stop context.CancelFunc
	done sync.WaitGroup
}

// tick is how often the limiter looks whether something is to be done.
const tick = 250 * time.Millisecond

// New makes a limiter, which is to be closed.
func New(o Options) *Limiter {
	if o.Nodes == nil {
		o.Nodes = func() int { return 1 }
	}
	if o.HoldFor <= 0 {
		o.HoldFor = limits.HoldFor
	}
	if o.LeaseFor <= 0 {
		o.LeaseFor = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	r := &Limiter{Reader: *NewReader(o.Redis), options: o, name: strconv.FormatUint(rand.Uint64(), 36)}
	r.share.begin(o.Nodes, memory.Options{})
	running, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.done.Go(func() { r.run(running) })
	return r
}

// run does what is due in the background: it renews the places of calls and what
// they hold, and sends what could not be sent before.
func (r *Limiter) run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	renewed, kept, wasUp := time.Now(), time.Now(), true
	for {
		select {
		case <-ctx.Done():
			r.catchUp(context.WithoutCancel(ctx))
			return
		case <-ticker.C:
		}
		up := r.redis.Up()
		if up {
			r.share.sample()
			r.lookForMark(ctx)
			if r.catchUp(ctx) {
				r.share.back()
			}
		}
		if up && (!wasUp || time.Since(renewed) >= r.options.LeaseFor/3) {
			r.renew(ctx)
			renewed = time.Now()
		}
		if up && (!wasUp || time.Since(kept) >= r.options.HoldFor/holdLooks) {
			kept = time.Now()
			r.renewHolds(ctx, kept)
		}
		wasUp = up
	}
}

// Close ends what runs in the background and sends what can still be sent. Calls
// that were not settled keep what they hold until it expires.
func (r *Limiter) Close() error {
	r.stop()
	r.done.Wait()
	r.seeds.done.Wait()
	return nil
}
