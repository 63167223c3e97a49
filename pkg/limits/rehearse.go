package limits

import (
	"math/bits"
	"time"
)

// Demand is what calls of a length of time have asked of a limit.
type Demand struct {
	At    time.Time // when it begins
	Calls int64
	// Amount is what they have used, in the limit's unit: for Requests it is Calls.
	Amount int64
}

// Rehearsed is what a limit would have done with a [Demand].
type Rehearsed struct {
	Demand
	Refused int64 // of the calls
	Used    int64 // of the limit at the end of it
}

// Rehearse says what a limit would have refused of what was asked, which is in the order of time
// in lengths of the width. Each call is taken to have used what those beside it used on
// average, and nobody to have tried again. What a call of the past has used is known, so
// nothing is held for it.
func (l *Limit) Rehearse(asked []Demand, width time.Duration) []Rehearsed {
	type counted struct {
		at     time.Time
		amount int64
	}
	var (
		window []counted
		used   int64
		period time.Time
		out    = make([]Rehearsed, len(asked))
	)
	most := l.Max
	short := l.Shape() == Window && l.Period < width
	if short { // as many periods as there are in the width, with calls evenly in them
		most = int64(float64(l.Max) * float64(width) / float64(l.Period))
	}
	for i, d := range asked {
		switch {
		case short:
			used = 0
		case l.Shape() == Window:
			for len(window) > 0 && !window[0].at.Add(l.Period).After(d.At) {
				used -= window[0].amount
				window = window[1:]
			}
		default:
			if began, _ := l.Calendar.Bounds(d.At); !began.Equal(period) {
				used, period = 0, began
			}
		}
		admitted, amount := fit(&d, max(most-used, 0))
		used += amount
		if l.Shape() == Window && !short && amount > 0 {
			window = append(window, counted{d.At, amount})
		}
		out[i] = Rehearsed{d, d.Calls - admitted, used}
	}
	return out
}

// fit is how many calls there is room for, and what they use.
func fit(d *Demand, room int64) (calls, amount int64) {
	switch {
	case d.Amount <= room && (room > 0 || d.Calls == 0):
		return d.Calls, d.Amount
	case room == 0:
		return 0, 0
	case d.Amount == d.Calls:
		return room, room
	}
	calls = shareOf(d.Calls, room, d.Amount)
	return calls, shareOf(d.Amount, calls, d.Calls)
}

// shareOf is n * part / whole, of which part is the smaller.
func shareOf(n, part, whole int64) int64 {
	high, low := bits.Mul64(uint64(n), uint64(part))
	share, _ := bits.Div64(high, low, uint64(whole)) // high is less than whole, as part is
	return int64(share)
}
