// Hot path: nothing here allocates; a free slot costs one compare-and-swap.

package pool

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// Verdict is the outcome of Acquire.
type Verdict uint8

// The verdicts. Only Local gives a slot, which must be released.
const (
	Local    Verdict = iota // a slot of this process
	Full                    // the queue is full, or would not move on in time
	TimedOut                // the deadline passed in the queue
	Canceled                // the call's Cut was fired in the queue
	Queued                  // a place in the queue, which only Queue gives
)

// Options are a pool's size.
type Options struct {
	Slots int  // calls at the provider at once; less than one counts as one
	Queue int  // calls that may wait
	Drop  bool // nobody waits: no free slot means Full
}

// queue returns how many may wait.
func (o Options) queue() int {
	if o.Drop {
		return 0
	}
	return max(o.Queue, 0)
}

// Pool is a set of slots and the queue before them. Safe for concurrent use.
type Pool struct {
	// load holds the busy slots in the low half and the waiters in the high half,
	// in one word so that a free slot can be taken and given back without the
	// lock. While anybody waits, only holders of the lock change it.
	load  atomic.Uint64
	slots atomic.Int64
	_     [48]byte // keeps what follows off the word that all calls write

	mu       sync.Mutex
	capacity int // of the queue
	queue    list
	pace     pace
}

const oneWaiter = 1 << 32

func busyOf(load uint64) int64  { return int64(load & (oneWaiter - 1)) }
func waitingOf(load uint64) int { return int(load >> 32) }

// New makes a pool.
func New(o Options) *Pool {
	p := &Pool{}
	p.Resize(o)
	return p
}

// Acquire takes a slot, or waits for one until deadline (the zero time is none)
// or until cut is fired. waited is the time in the queue; with Full it is the
// wait that was to be expected, 0 if that is not known. A cut fired before does
// not keep a free slot from being given.
func (p *Pool) Acquire(deadline time.Time, cut *upstream.Cut) (v Verdict, waited time.Duration) {
	if p.Take() {
		return Local, 0
	}
	return p.wait(deadline, cut, false)
}

// Await waits for a slot until cut is fired, although the queue may be full or nobody
// waits: for who has no call yet that could be refused. It reports whether it has one.
func (p *Pool) Await(cut *upstream.Cut) bool {
	if p.Take() {
		return true
	}
	v, _ := p.wait(time.Time{}, cut, true)
	return v == Local
}

// Take takes a free slot, if there is one and nobody waits for it.
func (p *Pool) Take() bool {
	slots := p.slots.Load()
	for {
		load := p.load.Load()
		if load >= oneWaiter || busyOf(load) >= slots {
			return false
		}
		if p.load.CompareAndSwap(load, load+1) {
			return true
		}
	}
}

// Release gives a slot back: to the first in the queue, if any.
func (p *Pool) Release() {
	for {
		load := p.load.Load()
		if load >= oneWaiter {
			p.pass()
			return
		}
		if p.load.CompareAndSwap(load, load-1) {
			return
		}
	}
}

// pass gives back a slot while calls are waiting, or were a moment ago.
func (p *Pool) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(-1, 0)
	p.admit(time.Now())
}

// count adds to both halves of load.
func (p *Pool) count(busy, waiting int64) { p.load.Add(uint64(busy + waiting*oneWaiter)) }

// admit gives free slots to the first in the queue. The lock is held.
func (p *Pool) admit(now time.Time) {
	for p.queue.first != nil && busyOf(p.load.Load()) < p.slots.Load() {
		w := p.queue.first
		p.queue.remove(w)
		p.count(+1, -1)
		p.pace.served(now, p.queue.first != nil)
		w.granted = true
		w.wake()
	}
}

// Resize changes the pool's size. Calls in a slot or in the queue stay there: a
// smaller pool shrinks as they leave.
func (p *Pool) Resize(o Options) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slots.Store(int64(max(o.Slots, 1)))
	p.capacity = o.queue()
	p.admit(time.Now())
}

// Stats returns the slots in use, the calls that wait, and the number of slots.
// After Resize to less, busy may exceed slots for a while.
func (p *Pool) Stats() (busy, waiting, slots int) {
	load := p.load.Load()
	return int(busyOf(load)), waitingOf(load), int(p.slots.Load())
}
