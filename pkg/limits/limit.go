package limits

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what a limit counts.
type Kind uint8

// The kinds of limit.
const (
	Requests    Kind = iota // calls
	Tokens                  // input and output
	Concurrency             // calls at once
	Money                   // nano-dollars
)

// String returns the word for a kind's unit.
func (k Kind) String() string {
	return [...]string{"requests", "tokens", "concurrent requests", "nano-dollars"}[k]
}

// Word is the last part of a limit's id: "money".
func (k Kind) Word() string {
	return [...]string{"requests", "tokens", "concurrency", "money"}[k]
}

// Policy is what holds for a limit while the shared count is out of reach.
type Policy uint8

// The policies.
const (
	// LocalShare: each node counts for itself, up to its share of the limit.
	LocalShare Policy = iota
	// Allow: calls pass uncounted, and are marked.
	Allow
	// Deny: calls are refused.
	Deny
)

// Limit is how much one may use. It never changes; one that replaces it under
// the same ID goes on with what was counted.
type Limit struct {
	ID    string // of this limit alone, such as "vk:<id>:requests"
	Group string // limits of one group are counted together: a virtual key, a team
	Kind  Kind
	Max   int64
	// Warn is what is worth a word when it is used, once in a period; 0 is never. See
	// [Threshold].
	Warn int64
	// Period is the length of a sliding window. With neither Period nor Calendar
	// the count never starts anew. Of no meaning for Concurrency.
	Period time.Duration
	// Calendar has the count start anew with each day, week, month or year.
	Calendar Calendar
	Policy   Policy
	// Scope and Owner say in a refusal whose limit it is: "virtual key", "search".
	Scope, Owner string
}

// Bounds of a limit.
const (
	// MostMax is the greatest Max. Redis counts in doubles, which are exact as far
	// as that: about nine million dollars.
	MostMax = 1<<53 - 1
	// LeastPeriod is the shortest Period.
	LeastPeriod = 100 * time.Millisecond
	// MostPeriod is the longest.
	MostPeriod = 10 * 366 * 24 * time.Hour
)

const (
	// HoldFor is for how long money is held for a call whose node was not heard of
	// since. Then the call is taken for lost, and its estimate for spent. A node renews
	// what its calls hold.
	HoldFor = 30 * time.Second
	// HoldMost is how long a call may go on before it is taken for lost all the same.
	HoldMost = 24 * time.Hour
)

// SlotRetry is what a caller is told to wait for a call to end.
const SlotRetry = time.Second

// Check says what is wrong with a limit.
func (l *Limit) Check() error {
	switch {
	case l.ID == "":
		return errors.New("the limit has no id")
	case l.Max < 0 || l.Max > MostMax:
		return fmt.Errorf("limit %s: %d is not between 0 and %d", l.ID, l.Max, int64(MostMax))
	case l.Warn < 0:
		return fmt.Errorf("limit %s: the warning threshold %d is negative", l.ID, l.Warn)
	case l.Kind > Money || l.Policy > Deny || l.Calendar > Year:
		return fmt.Errorf("limit %s: unknown kind, policy or calendar", l.ID)
	case l.Kind == Concurrency:
		return nil
	case l.Period != 0 && l.Calendar != NoCalendar:
		return fmt.Errorf("limit %s: it has both a period and a calendar", l.ID)
	case l.Period != 0 && (l.Period < LeastPeriod || l.Period > MostPeriod):
		return fmt.Errorf("limit %s: the period %s is not between %s and %s", l.ID, l.Period, LeastPeriod, MostPeriod)
	}
	return nil
}

// Shape is how a limit's count goes down.
type Shape uint8

// The shapes.
const (
	Window Shape = iota // what was counted leaves when it is a period old
	Fixed               // all of it goes when the calendar's next period begins
	InUse               // a call leaves when it is settled
)

// Shape returns how the limit's count goes down.
func (l *Limit) Shape() Shape {
	switch {
	case l.Kind == Concurrency:
		return InUse
	case l.Period > 0:
		return Window
	}
	return Fixed
}

// Reset returns in how long a count that was made now will be gone; 0 if that is
// not known, or never.
func (l *Limit) Reset(now time.Time) time.Duration {
	switch l.Shape() {
	case Window:
		return l.Period
	case Fixed:
		if _, end := l.Calendar.Bounds(now); !end.IsZero() {
			return end.Sub(now)
		}
	}
	return 0
}
