package balance

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// Options are what a node's keys are shared over.
type Options struct {
	Redis *redis.Client // nil: each node keeps its own balance
	Bus   *bus.Conn     // nil: refusals are told by Redis alone
	Log   *slog.Logger  // default: slog.Default()
}

const (
	every     = 100 * time.Millisecond
	everyIdle = time.Second // where no call was made: only to hear of cool-downs
)

// Keys shares a node's provider keys with the other nodes. It lasts as long as
// one [Keys.Run].
type Keys struct {
	run  func(context.Context, []redis.Call) // nil: there is no Redis
	bus  *bus.Conn
	log  *slog.Logger
	name string // a new one for each process, so that no other's numbers are taken for its own
	hold time.Duration

	exchanges map[string]*exchange // by provider; used by Run alone

	mu   sync.Mutex
	met  map[named]*refusal // in force
	news chan struct{}
}

// New makes what shares a node's keys.
func New(o Options) *Keys {
	k := &Keys{
		bus: o.Bus, log: cmp.Or(o.Log, slog.Default()), name: rand.Text(), hold: holdTime,
		exchanges: map[string]*exchange{}, met: map[named]*refusal{}, news: make(chan struct{}, 1),
	}
	if o.Redis != nil {
		k.run = o.Redis.RunAll
	}
	return k
}

// Run shares the keys of a node until ctx ends. Then the node's debts are given to
// the others.
func (k *Keys) Run(ctx context.Context, node keys.Node) {
	defer k.listen(node)()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	k.exchange(ctx, node, false)
	for {
		select {
		case <-ctx.Done():
			last := context.WithoutCancel(ctx)
			k.exchange(last, node, false) // to learn the fate of what is under way
			k.exchange(last, node, true)
			return
		case <-k.news:
			k.tell()
		case <-ticker.C:
			k.exchange(ctx, node, false)
			k.tell()
		}
	}
}
