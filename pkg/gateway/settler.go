package gateway

// Hot path.

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// used is what a call comes to. The limits from until on it has not used at all.
type used struct {
	tokens, money int64
	until         int
}

// all as used.until is every limit.
const all = math.MaxInt

// nothing is what a step comes to whose candidate, or key, did not answer.
var nothing = used{}

// amounts appends what is to be counted of each want.
func (u used) amounts(dst []int64, wants []limits.Want) []int64 {
	for i := range wants {
		amount := wants[i].Amount
		switch kind := wants[i].Limit.Kind; {
		case i >= u.until:
			amount = 0
		case kind == limits.Tokens:
			amount = u.tokens
		case kind == limits.Money:
			amount = u.money
		}
		dst = append(dst, amount)
	}
	return dst
}

// settlement is what is left to be done of a call's limits.
type settlement struct {
	hold limits.Hold
	used used
}

// settler settles calls behind their callers' backs, so that nobody waits for
// Redis after the answer is there. When too many wait, their calls do it themselves.
type settler struct {
	limiter limits.Limiter
	waiting chan settlement
	done    sync.WaitGroup
}

const (
	settlers       = 4
	settlesWaiting = 512
	settleTimeout  = time.Second
)

func newSettler(l limits.Limiter) *settler {
	s := &settler{limiter: l, waiting: make(chan settlement, settlesWaiting)}
	for range settlers {
		s.done.Go(func() {
			var amounts []int64
			for next := range s.waiting {
				amounts = s.settle(next, amounts[:0])
			}
		})
	}
	return s
}

func (s *settler) take(next settlement) {
	select {
	case s.waiting <- next:
	default:
		s.settle(next, nil)
	}
}

// settle settles one call. A reservation that cannot be settled ends by itself.
func (s *settler) settle(next settlement, amounts []int64) []int64 {
	ctx, cancel := context.WithTimeout(context.Background(), settleTimeout)
	defer cancel()
	amounts = next.used.amounts(amounts, next.hold.Wants)
	_ = s.limiter.Settle(ctx, next.hold, amounts)
	return amounts
}

// close settles what waits. No call may come after it.
func (s *settler) close() {
	close(s.waiting)
	s.done.Wait()
}
