package redis

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// late is what Redis has yet to be told, because it was away.
type late struct {
	mu      sync.Mutex
	kept    []settlement
	owed    map[string]*debt // by the limit's id
	overdue []*debt          // that Redis was told of, and may know or not
	lost    int64            // settlements that there was no room for
}

// settlement is a call that may be recorded in Redis.
type settlement struct {
	hold   limits.Hold
	actual []int64
	leave  string
}

// debt is what passed without Redis having counted it.
type debt struct {
	id     string // of the reservation that counts it, once that was tried
	limit  *limits.Limit
	amount int64
	last   time.Time
}

const (
	keepMost  = 16384 // settlements
	lateBatch = 64    // in one round trip
)

// keep keeps a settlement until Redis is back. When there are too many the
// oldest is given up: its estimate stands, and the ledger knows better.
func (l *late) keep(h limits.Hold, actual []int64, leave string) {
	s := settlement{leave: leave, hold: limits.Hold{
		CallID: strings.Clone(h.CallID),
		Wants:  append([]limits.Want(nil), h.Wants...),
		Source: h.Source,
	}}
	for i := range h.Wants {
		s.actual = append(s.actual, limits.Actual(h, actual, i))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) >= keepMost {
		l.kept = l.kept[1:]
		l.lost++
	}
	l.kept = append(l.kept, s)
}

// owe notes that an amount passed uncounted.
func (l *late) owe(limit *limits.Limit, amount int64) {
	if limit.Shape() == limits.InUse || amount == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owed == nil {
		l.owed = map[string]*debt{}
	}
	d := l.owed[limit.ID]
	if d == nil {
		d = &debt{}
		l.owed[limit.ID] = d
	}
	d.limit, d.last = limit, time.Now()
	d.amount = min(d.amount+amount, limits.MostMax)
}

// take removes and returns all there is.
func (l *late) take() ([]settlement, []*debt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.kept
	l.kept = nil
	owed := l.overdue
	l.overdue = nil
	for _, d := range l.owed {
		owed = append(owed, d)
	}
	clear(l.owed)
	return kept, owed
}

// giveBack puts back what could not be told.
func (l *late) giveBack(kept []settlement, owed []*debt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(kept[:len(kept):len(kept)], l.kept...)
	l.overdue = append(owed[:len(owed):len(owed)], l.overdue...)
}

// givenUp returns how many settlements were given up since it was last asked.
func (l *late) givenUp() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.lost
	l.lost = 0
	return n
}

// catchUp tells Redis what it has yet to be told, and says whether that was all.
func (r *Limiter) catchUp(ctx context.Context) bool {
	if n := r.late.givenUp(); n > 0 {
		r.options.Log.Warn("redis was away too long: calls stay counted by their estimates", "calls", n)
	}
	kept, owed := r.late.take()
	for len(kept) > 0 {
		n := min(lateBatch, len(kept))
		if untold := r.tellAll(ctx, kept[:n]); len(untold) > 0 {
			kept = append(untold, kept[n:]...)
			break
		}
		kept = kept[n:]
	}
	for len(owed) > 0 && len(kept) == 0 && r.charge(ctx, owed[0]) {
		owed = owed[1:]
	}
	if len(kept) > 0 || len(owed) > 0 {
		r.late.giveBack(kept, owed)
		return false
	}
	return true
}

// tellAll settles calls in one round trip, and returns those that could not be told. The
// others are not told again: what Redis knew nothing of is owed, and is known then.
func (r *Limiter) tellAll(ctx context.Context, kept []settlement) (untold []settlement) {
	var calls []redis.Call
	ends := make([]int, len(kept))
	for i := range kept {
		calls = r.settlements(calls, kept[i].hold, kept[i].actual, kept[i].leave)
		ends[i] = len(calls)
	}
	r.redis.RunAll(ctx, calls)
	begin := 0
	for i := range kept {
		if !r.told(ctx, kept[i].hold, kept[i].actual, calls[begin:ends[i]]) {
			untold = append(untold, kept[i])
		}
		begin = ends[i]
	}
	return untold
}

// charge counts a debt in Redis, whether there is room or not. A window counts it
// as used now, so it leaves rather late than early.
func (r *Limiter) charge(ctx context.Context, d *debt) bool {
	if d.limit.Shape() == limits.Window && time.Since(d.last) >= d.limit.Period {
		return true
	}
	if d.id == "" {
		d.id = "owed:" + r.name + ":" + strconv.FormatUint(r.serial.Add(1), 36)
	}
	want := []limits.Want{{Limit: d.limit, Amount: d.amount}}
	seeded := seedings{}
	for {
		call := r.reservation(d.id, want, nil, seeded, true)
		reply, err := r.redis.Run(ctx, call.Script, call.Keys, call.Args...)
		if err != nil {
			return false
		}
		_, unseeded, err := understand(reply, want, nil)
		if err != nil || len(unseeded) == 0 {
			break
		}
		if !r.seed(ctx, want, unseeded, seeded) {
			return false
		}
	}
	// The amount is what it is: nothing is held.
	return r.tell(ctx, limits.Hold{CallID: d.id, Wants: want}, []int64{d.amount})
}
