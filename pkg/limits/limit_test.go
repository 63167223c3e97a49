package limits_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestALimitThatMakesNoSenseIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*limits.Limit)
		wrong  string
	}{
		"sound":                     {func(*limits.Limit) {}, ""},
		"calendar":                  {func(l *limits.Limit) { l.Period, l.Calendar = 0, limits.Year }, ""},
		"for ever":                  {func(l *limits.Limit) { l.Period = 0 }, ""},
		"nothing at all":            {func(l *limits.Limit) { l.Max = 0 }, ""},
		"calls at once":             {func(l *limits.Limit) { l.Kind = limits.Concurrency }, ""},
		"no id":                     {func(l *limits.Limit) { l.ID = "" }, "no id"},
		"negative":                  {func(l *limits.Limit) { l.Max = -1 }, "not between"},
		"more than Redis can count": {func(l *limits.Limit) { l.Max = limits.MostMax + 1 }, "not between"},
		"both":                      {func(l *limits.Limit) { l.Calendar = limits.Day }, "both"},
		"too short":                 {func(l *limits.Limit) { l.Period = time.Millisecond }, "period"},
		"too long":                  {func(l *limits.Limit) { l.Period = limits.MostPeriod + 1 }, "period"},
		"kind":                      {func(l *limits.Limit) { l.Kind = 9 }, "unknown"},
		"calendar unknown":          {func(l *limits.Limit) { l.Calendar = 9 }, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			l := limits.Limit{ID: "l", Max: 10, Period: time.Minute}
			test.change(&l)
			if test.wrong == "" {
				require.NoError(t, l.Check())
			} else {
				require.ErrorContains(t, l.Check(), test.wrong)
			}
		})
	}
}

func TestCalendarsBeginInUTC(t *testing.T) {
	at := time.Date(2028, time.March, 1, 0, 30, 0, 0, time.FixedZone("", 3600)) // 29 February in UTC
	for calendar, want := range map[limits.Calendar][2]string{
		limits.Day:   {"2028-02-29", "2028-03-01"},
		limits.Week:  {"2028-02-28", "2028-03-06"},
		limits.Month: {"2028-02-01", "2028-03-01"},
		limits.Year:  {"2028-01-01", "2029-01-01"},
	} {
		start, end := calendar.Bounds(at)
		require.Equal(t, want, [2]string{start.Format(time.DateOnly), end.Format(time.DateOnly)}, calendar)
	}
	_, end := limits.NoCalendar.Bounds(at)
	require.True(t, end.IsZero())
}

func TestARefusalSaysWhoseLimitItIsAndWhatToDo(t *testing.T) {
	for _, test := range []struct {
		refusal limits.Refusal
		status  int
		code    string
		message string
	}{
		{
			limits.Refusal{RetryAfter: 1500 * time.Millisecond, Limit: &limits.Limit{
				Kind: limits.Requests, Max: 100, Period: time.Minute, Scope: "virtual key", Owner: "search",
			}},
			429, "request_limited", "The request limit of the virtual key search, 100 a minute, is reached. Try again in 2 seconds.",
		},
		{
			limits.Refusal{Limit: &limits.Limit{Kind: limits.Tokens, Max: 1000, Period: time.Hour, Scope: "team"}},
			429, "token_limited", "The token limit of the team, 1000 an hour, is reached.",
		},
		{
			limits.Refusal{RetryAfter: time.Hour, Limit: &limits.Limit{Kind: limits.Tokens, Max: 1000, Period: 90 * time.Minute}},
			429, "token_limited", "The token limit, 1000 in 90 minutes, is reached. Try again in 1 hour.",
		},
		{
			limits.Refusal{RetryAfter: time.Second, Limit: &limits.Limit{Kind: limits.Concurrency, Max: 3}},
			429, "concurrency_limited", "The limit of 3 requests at the same time is reached. Try again in 1 second.",
		},
		{
			limits.Refusal{RetryAfter: 49 * time.Hour, Limit: &limits.Limit{
				Kind: limits.Money, Max: 12_345_678_900, Calendar: limits.Month, Scope: "customer", Owner: "acme",
			}},
			402, "budget_exceeded", "The budget of the customer acme, $12.3456789 a month, does not cover this request. Try again in 3 days.",
		},
		{
			limits.Refusal{RetryAfter: time.Second, Unavailable: true, Limit: &limits.Limit{Kind: limits.Money, Scope: "team", Owner: "a"}},
			503, "limiter_unavailable", "The limits of the team a cannot be checked at the moment. Try again shortly.",
		},
	} {
		e := test.refusal.Error()
		require.Equal(t, test.message, e.Message)
		require.Equal(t, test.code, e.Code)
		require.Equal(t, test.status, e.HTTPStatus())
		require.Equal(t, test.refusal.RetryAfter, e.RetryAfter)
	}
}
