package limits

// Hot path.

import (
	"context"
	"hash/maphash"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// LeaseOptions are how leases are taken. The zero value will do.
type LeaseOptions struct {
	// Nodes is how many nodes take leases. Default: one.
	Nodes func() int
	Clock func() time.Time // default: time.Now
}

// Leases stands before a shared limiter and spares it most calls of the limits
// that this node is asked often. For such a limit it takes a batch ahead, in the
// background, and spends it in process.
//
// A call is served from batches or by the shared limiter, as a whole: from
// batches if all its limits have one with enough left. Limits that are seldom
// asked, or that have little left, have none; nor have calls at once, or windows
// so short that a batch would be spent over too much of them.
//
// What is in a batch is counted by the shared limiter until it is spent or given
// back, so the limit holds over all nodes. A batch is spent soon or not at all:
// the time that it may take is added to the window in which it is counted, which
// therefore never holds more than it should. What a node that dies has in
// its batches stays counted, as if it had been spent.
//
// Unlike other limiters it does not know by its id a call that it served from
// batches; there is no reservation here of which one would not hear.
type Leases struct {
	shared Shared
	nodes  func() int
	clock  func() time.Time
	born   time.Time
	name   string
	serial atomic.Uint64
	seed   maphash.Seed
	pots   [potShards]potShard
	wanted chan *pot // that want a batch

	stats [Money + 1]leaseCounts

	mu   sync.Mutex
	live []*lease // taken, and not yet settled with the shared limiter

	stop context.CancelFunc
	done sync.WaitGroup
}

// NewLeases puts leases before a limiter, which is closed with them.
func NewLeases(shared Shared, o LeaseOptions) *Leases {
	l := newLeases(shared, o)
	running, stop := context.WithCancel(context.Background())
	l.stop = stop
	for range fillers {
		l.done.Go(func() { l.fillAll(running) })
	}
	l.done.Go(func() { l.tendAll(running) })
	return l
}

// newLeases makes leases without what runs in the background.
func newLeases(shared Shared, o LeaseOptions) *Leases {
	if o.Nodes == nil {
		o.Nodes = func() int { return 1 }
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	l := &Leases{
		shared: shared, nodes: o.Nodes, clock: o.Clock, born: o.Clock(), seed: maphash.MakeSeed(),
		name: BatchPrefix + strconv.FormatUint(rand.Uint64(), 36) + ":", wanted: make(chan *pot, wantedMost), stop: func() {},
	}
	for i := range l.pots {
		l.pots[i].pots = map[string]*pot{}
		l.pots[i].sweepAt = potsSweepLeast
	}
	return l
}

// now is the monotonic time since the leases were made.
func (l *Leases) now() int64 { return int64(l.clock().Sub(l.born)) }

// Reserve implements [Limiter].
func (l *Leases) Reserve(ctx context.Context, callID string, wants []Want) (Hold, *Refusal, error) {
	for i := range wants {
		wants[i].lease = nil
	}
	if !leasable(wants) {
		return l.shared.Reserve(ctx, callID, wants)
	}
	if err := CheckWants(callID, wants); err != nil {
		return Hold{}, nil, err
	}
	if err := ctx.Err(); err != nil {
		return Hold{}, nil, err
	}
	now := l.now()
	if l.draw(now, wants) {
		return Hold{CallID: callID, Wants: wants, Source: Leased, Prompt: true}, nil, nil
	}
	if refusal := l.stillDry(now, wants); refusal != nil {
		return Hold{}, refusal, nil
	}
	hold, refusal, err := l.shared.Reserve(ctx, callID, wants)
	switch {
	case err != nil:
	case refusal != nil:
		l.pot(refusal.Limit, now).refused(now, refusal, wants)
	case hold.Source == Counted:
		for i := range wants {
			l.pot(wants[i].Limit, now).heard(wants[i].Remaining)
		}
	}
	return hold, refusal, err
}

// draw takes all that is wanted from batches, or nothing. Either way the limits
// learn that they were asked.
func (l *Leases) draw(now int64, wants []Want) bool {
	all, drawn := true, 0
	for i := range wants {
		p := l.pot(wants[i].Limit, now)
		got, wantsMore := p.draw(now, &wants[i], all)
		if wantsMore {
			l.want(p)
		}
		if all = all && got; all {
			drawn++
		}
	}
	if all {
		return true
	}
	for i := range wants[:drawn] {
		wants[i].lease.putBack(&wants[i])
	}
	return false
}

// stillDry returns the refusal of a limit that has refused as much a moment ago.
func (l *Leases) stillDry(now int64, wants []Want) *Refusal {
	for i := range wants {
		if r := l.pot(wants[i].Limit, now).stillDry(now, wants[i].Amount); r != nil {
			return r
		}
	}
	return nil
}

// Settle implements [Limiter].
func (l *Leases) Settle(ctx context.Context, h Hold, actual []int64) error {
	if h.Source != Leased {
		return l.shared.Settle(ctx, h, actual)
	}
	for i := range h.Wants {
		if w := &h.Wants[i]; w.lease != nil {
			w.lease.settle(w.Amount, Actual(h, actual, i))
			w.lease = nil // settled
		}
	}
	return nil
}

// Usage implements [Limiter]. What is in batches counts as used.
func (l *Leases) Usage(ctx context.Context, of *Limit) (Usage, error) {
	return l.shared.Usage(ctx, of)
}

// Close implements [Limiter]: it gives back what is in the batches, and closes
// the shared limiter.
func (l *Leases) Close() error {
	l.stop()
	l.done.Wait()
	l.mu.Lock()
	for _, s := range l.live {
		s.pot.mu.Lock()
		s.finish()
		s.pot.mu.Unlock()
	}
	l.mu.Unlock()
	l.tend(context.Background(), l.now())
	return l.shared.Close()
}
