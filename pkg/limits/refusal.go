package limits

import (
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Refusal says which limit turned a call away.
type Refusal struct {
	Limit *Limit
	// RetryAfter is how long to wait until there is room, if nobody else comes; 0
	// if waiting is of no use, because the call wants more than Max.
	RetryAfter time.Duration
	Remaining  int64
	// Unavailable: the shared count is out of reach, and the limit's policy is Deny.
	Unavailable bool
	// ByPolicy: the shared count is out of reach, and the limit's policy has decided.
	ByPolicy bool
}

// Error returns the refusal as the caller is to see it.
func (r *Refusal) Error() *api.Error {
	e := r.error()
	e.RetryAfter = r.RetryAfter
	return e
}

func (r *Refusal) error() *api.Error {
	whose := r.Limit.whose()
	if r.Unavailable {
		return api.Errorf(api.KindOverloaded, "limiter_unavailable",
			"The limits%s cannot be checked at the moment. Try again shortly.", whose)
	}
	switch r.Limit.Kind {
	case Tokens:
		return api.Errorf(api.KindRateLimit, "token_limited",
			"The token limit%s, %d%s, is reached.%s", whose, r.Limit.Max, r.Limit.per(), r.advice())
	case Concurrency:
		return api.Errorf(api.KindRateLimit, "concurrency_limited",
			"The limit%s of %d requests at the same time is reached.%s", whose, r.Limit.Max, r.advice())
	case Money:
		return api.Errorf(api.KindBilling, "budget_exceeded",
			"The budget%s, %s%s, does not cover this request.%s", whose, dollars(r.Limit.Max), r.Limit.per(), r.advice())
	}
	return api.Errorf(api.KindRateLimit, "request_limited",
		"The request limit%s, %d%s, is reached.%s", whose, r.Limit.Max, r.Limit.per(), r.advice())
}

func (r *Refusal) advice() string {
	if r.RetryAfter > 0 {
		return " Try again in " + spoken(r.RetryAfter) + "."
	}
	return ""
}

// whose returns " of the virtual key search".
func (l *Limit) whose() string {
	switch {
	case l.Scope == "":
		return ""
	case l.Owner == "":
		return " of the " + l.Scope
	}
	return " of the " + l.Scope + " " + l.Owner
}

// per returns " a minute", " in 90 seconds" or " a month".
func (l *Limit) per() string {
	switch {
	case l.Calendar != NoCalendar:
		return " a " + l.Calendar.String()
	case l.Period == time.Hour:
		return " an hour"
	case l.Period > 0:
		return " " + strings.Replace("in "+spoken(l.Period), "in 1 ", "a ", 1)
	}
	return ""
}

// spoken returns a duration in its largest unit, rounded up.
func spoken(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		word   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= 2*unit.length || d == unit.length {
			return counted(d, unit.length, unit.word)
		}
	}
	return counted(d, time.Second, "second")
}

func counted(d, unit time.Duration, word string) string {
	n := (d + unit - 1) / unit
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// dollars writes nano-dollars without a float: all of their digits, and at least the cents.
func dollars(nano int64) string {
	const dollar, digits, cents = 1_000_000_000, 9, 2
	written := fmt.Sprintf("$%d.%0*d", nano/dollar, digits, nano%dollar)
	for range digits - cents {
		written = strings.TrimSuffix(written, "0")
	}
	return written
}
