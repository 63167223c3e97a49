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
	// HoldFor is how long a call that holds money may go on before it is taken for
	// lost. Default: [limits.HoldFor].
	HoldFor time.Duration
	// LeaseFor is how long the place of a call is kept after its node was last
	// heard of, where calls at once are limited. Default: 30 s.
	LeaseFor time.Duration
	Log      *slog.Logger // default: slog.Default()
}

// Limiter counts limits in Redis. Safe for concurrent use.
type Limiter struct {
	redis   *redis.Client
	options Options
	name    string        // of this limiter, different from all others
	clock   func() string // for the scripts; only tests have one that is not Redis's own

	places places
	late   late
	share  share
	seeds  seeds
	mark   mark
	serial atomic.Uint64

	stop context.CancelFunc
	done sync.WaitGroup
}

func ofRedis() string { return "" }

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
	r := &Limiter{redis: o.Redis, options: o, name: strconv.FormatUint(rand.Uint64(), 36), clock: ofRedis}
	r.share.begin(o.Nodes, memory.Options{HoldFor: o.HoldFor})
	running, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.done.Go(func() { r.run(running) })
	return r
}

// run does what is due in the background: it renews the places of calls, and
// sends what could not be sent before.
func (r *Limiter) run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	renewed, wasUp := time.Now(), true
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

// Usage implements [limits.Limiter].
func (r *Limiter) Usage(ctx context.Context, l *limits.Limit) (limits.Usage, error) {
	reply, err := r.redis.Run(ctx, usageScript, keys(nil, l), r.clock(), shapeOf(l), lengthOf(l))
	if err != nil {
		return limits.Usage{}, err
	}
	n := numbers(reply)
	if len(n) != 4 {
		return limits.Usage{}, errReply
	}
	return limits.Usage{
		Used: n[0], Held: n[1], Unsettled: n[2],
		Remaining: max(l.Max-n[0], 0),
		Reset:     time.Duration(n[3]) * time.Microsecond,
	}, nil
}
