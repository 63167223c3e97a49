package limits

import (
	"context"
	"time"
)

// Reader tells what is counted, and changes nothing. Safe for concurrent use.
type Reader interface {
	// Usages tells how much of each limit is used, in the limits' order.
	Usages(ctx context.Context, of []*Limit) ([]Usage, error)
	// Reservations returns some of the reservations of money that are not settled, of
	// the limit with an id or, with "", of all, in no order, from behind a place: "" is
	// the beginning. next is the place behind those returned, "" when there are no
	// more. Fewer than most may come, even none, although there are more. What changes
	// meanwhile may be missed, or come twice. What is no place is [ErrPlace].
	Reservations(ctx context.Context, limitID, after string, most int) (page []Reservation, next string, err error)
}

// Reservation is what a call has taken of a limit and not settled.
type Reservation struct {
	// CallID is that of the call; of calls that a node serves from what it took ahead,
	// that of the batch, which begins with [BatchPrefix].
	CallID  string
	LimitID string
	Amount  int64
	Since   time.Time
	// Expires is when it is taken for lost, unless its node renews it. Of one that is
	// lost, when that was.
	Expires time.Time
}

// BatchPrefix is how the id of a batch begins that a node took ahead.
const BatchPrefix = "lease:"
