package limits

import (
	"context"
	"errors"
	"time"
)

// Limiter counts. Safe for concurrent use.
type Limiter interface {
	// Reserve takes from every limit what is wanted of it, or nothing from any and
	// returns the refusal of the limit that makes the caller wait longest. It fills
	// in each Want's Remaining. Asked again with the id of a call that holds
	// something, it takes nothing more. An id whose
	// call was settled, or ended in an error, is not used again; and it is never
	// one that a caller of the gateway chose.
	//
	// wants names each limit once, and belongs to the Hold until it is settled.
	// With a limiter that is out of reach each limit's policy decides; an error
	// is the caller's: wants that make no sense, or a context that has ended.
	Reserve(ctx context.Context, callID string, wants []Want) (Hold, *Refusal, error)

	// Settle puts the actual amounts in the place of those reserved. What was not
	// used is there again for others; what was used beyond is counted, even where
	// that is more than the limit. It does not matter how often a Hold is settled:
	// the first time counts. It is done even if the context has ended.
	Settle(ctx context.Context, h Hold, actual []int64) error

	// Usage tells how much of a limit is used.
	Usage(ctx context.Context, l *Limit) (Usage, error)

	// Close ends what runs in the background, and gives back what can be.
	Close() error
}

// Shared is a limiter that [Leases] can stand before.
type Shared interface {
	Limiter
	// Amend puts other amounts in the place of those that several Holds have
	// reserved. On an error some are done and others not; all can be tried again.
	Amend(ctx context.Context, amendments []Amendment) error
}

// Amendment is what a Hold comes to.
type Amendment struct {
	Hold    Hold
	Amounts []int64
	Ends    bool // the Hold is settled by it
}

// Want is how much a call wants of a limit.
type Want struct {
	Limit  *Limit
	Amount int64 // 1 for Concurrency
	// Spread says that the amount may be spent until so much later, as a lease is;
	// in a window it counts for as much longer.
	Spread time.Duration
	// Remaining is filled in by Reserve: how much of the limit was left behind it,
	// as far as is known.
	Remaining int64
	// Ends is filled in as well: in how long the calendar's period ends in which
	// the amount is counted; 0 where none does.
	Ends time.Duration

	lease *lease // what it was taken from, if not from the limit itself
}

// Hold is what a call has taken.
type Hold struct {
	CallID string
	Wants  []Want
	Source Source
	// Prompt says that to settle it takes no more than a moment in this process, and that
	// nothing of it is kept then.
	Prompt bool
	// Unsure says that the shared count may have it as well: it was asked, and did
	// not answer.
	Unsure bool
}

// Source is who gave a Hold.
type Source uint8

// The sources.
const (
	Counted  Source = iota // the limiter's count
	Leased                 // a batch that had been taken ahead
	ByPolicy               // the limits' policies: the shared count was out of reach
)

// Usage is how much of a limit is used.
type Usage struct {
	Used int64 // with what is held
	// Held is the part that calls under way have reserved, and Unsettled the part
	// of calls that never told what they used: their estimates stand. Of Money alone.
	Held, Unsettled int64
	Remaining       int64         // never negative
	Reset           time.Duration // until all that is counted now has gone; 0: not known, or never
}

// Errors in what a limiter is asked.
var (
	ErrNoCall = errors.New("limits: a reservation without a call id")
	ErrAmount = errors.New("limits: an amount that is negative, or larger than can be counted")
	ErrTwice  = errors.New("limits: the same limit is wanted twice")
	ErrPlace  = errors.New("limits: no such place in the list of reservations")
)

// CheckWants says whether Reserve can be asked so.
func CheckWants(callID string, wants []Want) error {
	if callID == "" {
		return ErrNoCall
	}
	for i := range wants {
		if wants[i].Amount < 0 || wants[i].Amount > MostMax {
			return ErrAmount
		}
		for j := range i {
			if wants[i].Limit == wants[j].Limit {
				return ErrTwice
			}
		}
	}
	return nil
}

// Actual returns what the i-th want of a Hold came to: the amount reserved if
// nothing was said, and never less than nothing.
func Actual(h Hold, actual []int64, i int) int64 {
	if i >= len(actual) {
		return h.Wants[i].Amount
	}
	return min(max(actual[i], 0), MostMax)
}
