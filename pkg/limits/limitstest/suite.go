package limitstest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Setup is what a limiter under test is made with.
type Setup struct {
	Clock   *Clock
	HoldFor time.Duration
	Warned  func(limits.Threshold)
}

// Limiter is a limiter under test.
type Limiter interface {
	limits.Shared
	limits.Reader
}

// Renewer is a limiter that has to renew what its calls hold. It is done when the test
// says so.
type Renewer interface{ Renew() }

// New makes a limiter for one test. It may have counted other limits before.
type New func(t testing.TB, s Setup) Limiter

// Clock is a clock that stands until it is advanced.
type Clock struct{ now atomic.Int64 }

// Start is what a Clock begins with, a Wednesday.
var Start = time.Date(2031, time.December, 31, 23, 59, 0, 0, time.UTC)

// NewClock returns a clock that shows Start.
func NewClock() *Clock {
	c := &Clock{}
	c.now.Store(Start.UnixNano())
	return c
}

// Now tells the time.
func (c *Clock) Now() time.Time { return time.Unix(0, c.now.Load()).UTC() }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.now.Add(int64(d)) }

// suite is one test's limiter, and how it is spoken to.
type suite struct {
	testing.TB
	*Clock
	limiter Limiter

	mu      sync.Mutex
	reached []limits.Threshold
}

// warned notes that a threshold was told of.
func (s *suite) warned(t limits.Threshold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reached = append(s.reached, t)
}

// told returns the thresholds that were told of since it was last asked.
func (s *suite) told() []limits.Threshold {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.reached
	s.reached = nil
	return told
}

// holdFor is how long a call may hold money in the tests.
const holdFor = 10 * time.Minute

// Run holds a limiter against the contract.
func Run(t *testing.T, make New) {
	for _, test := range []struct {
		name string
		run  func(*suite)
	}{
		{"a window admits its maximum and no more", windowMaximum},
		{"what a window counted leaves it when it is a period old", windowSlides},
		{"a burst across what would be a boundary passes no more", windowBoundary},
		{"a refusal tells when there is room again", retryAfter},
		{"a call that wants more than the maximum is told that waiting is of no use", tooMuch},
		{"all limits give, or none", allOrNothing},
		{"the limit that makes the caller wait longest refuses", longestWait},
		{"a thousand calls at the same time get what there is", burst},
		{"what was not used is given back", settleLess},
		{"what was used beyond is counted, over the maximum too", settleMore},
		{"settling twice counts once", settleTwice},
		{"settling what has left the window changes nothing", settleLate},
		{"a reservation that is repeated counts once", reserveTwice},
		{"an amendment counts until the next and can be settled", amended},
		{"what is spread counts for as much longer", spread},
		{"a calendar's count begins anew with its next period", calendars},
		{"settling what a period before counted leaves the next alone", settleLastPeriod},
		{"a count with neither period nor calendar never begins anew", endless},
		{"a call has its place until it is settled", concurrency},
		{"money is held, then spent", money},
		{"money that is never settled stays spent at the estimate", unsettled},
		{"what a call holds is held while its node renews it", renewed},
		{"several limits' usage is told at once", usages},
		{"what calls hold is listed, in pages", reservations},
		{"a threshold that is reached is told once in a period", warnsOnce},
		{"what is held counts for no threshold", warnsOfSpent},
		{"a threshold that is reached by many at once is told once", warnsOneOfMany},
		{"a limit that replaces another goes on with its count", replaced},
		{"wants that make no sense are an error", nonsense},
		{"a context that has ended is an error, and takes nothing", ended},
		{"what settling gives back can be taken at once by others", contended},
		{"random calls", random},
		{"budgets, held and settled in any order", budgets},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &suite{TB: t, Clock: NewClock()}
			s.limiter = make(t, Setup{Clock: s.Clock, HoldFor: holdFor, Warned: s.warned})
			test.run(s)
		})
	}
}

var serial atomic.Int64

// limit completes a limit with an id that no other has.
func limit(l limits.Limit) *limits.Limit {
	l.ID = fmt.Sprintf("limit-%d", serial.Add(1))
	l.Group = "group"
	return &l
}

func requests(most int64) *limits.Limit {
	return limit(limits.Limit{Kind: limits.Requests, Max: most, Period: time.Minute})
}

func tokens(most int64) *limits.Limit {
	return limit(limits.Limit{Kind: limits.Tokens, Max: most, Period: time.Minute})
}

// call is an id that no other call has.
func call() string { return fmt.Sprintf("call-%d", serial.Add(1)) }

func want(l *limits.Limit, amount int64) limits.Want { return limits.Want{Limit: l, Amount: amount} }

// take reserves, and fails the test on a refusal.
func (s *suite) take(wants ...limits.Want) limits.Hold {
	s.Helper()
	hold, refusal, err := s.limiter.Reserve(context.Background(), call(), wants)
	require.NoError(s, err)
	require.Nil(s, refusal)
	return hold
}

// refused reserves, and fails the test if that succeeds.
func (s *suite) refused(wants ...limits.Want) *limits.Refusal {
	s.Helper()
	_, refusal, err := s.limiter.Reserve(context.Background(), call(), wants)
	require.NoError(s, err)
	require.NotNil(s, refusal)
	return refusal
}

func (s *suite) settle(h limits.Hold, actual ...int64) {
	s.Helper()
	require.NoError(s, s.limiter.Settle(context.Background(), h, actual))
}

func (s *suite) usage(l *limits.Limit) limits.Usage {
	s.Helper()
	u, err := s.limiter.Usage(context.Background(), l)
	require.NoError(s, err)
	return u
}

// parallel reserves one of a limit n times at once and returns how many succeed.
func (s *suite) parallel(n int, l *limits.Limit) int64 {
	s.Helper()
	var admitted atomic.Int64
	var done sync.WaitGroup
	for range n {
		done.Go(func() {
			_, refusal, err := s.limiter.Reserve(context.Background(), call(), []limits.Want{want(l, 1)})
			if err != nil {
				s.Error(err)
			} else if refusal == nil {
				admitted.Add(1)
			}
		})
	}
	done.Wait()
	return admitted.Load()
}
