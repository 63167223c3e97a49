package gateway

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/stretchr/testify/require"
)

func answered(status int) *api.Error {
	return &api.Error{Kind: api.KindOfStatus(status), Status: status, Sent: api.SentYes}
}

func TestWhatMayBeTriedAgain(t *testing.T) {
	notSent := &api.Error{Kind: api.KindUnavailable, Sent: api.SentNo}
	ambiguous := &api.Error{Kind: api.KindUnavailable, Sent: api.SentMaybe}
	for _, tc := range []struct {
		name           string
		err            *api.Error
		try            int
		otherKey       bool
		allowAmbiguous bool
		want           bool
	}{
		{name: "nothing was sent", err: notSent, want: true},
		{name: "nothing was sent, but tries are used up", err: notSent, try: 2},
		{name: "a refusal", err: answered(503), want: true},
		{name: "overloaded", err: answered(529), want: true},
		{name: "a wrong request", err: answered(400)},
		{name: "an unknown model", err: answered(404)},
		{name: "perhaps sent", err: ambiguous},
		{name: "perhaps sent, and that is allowed", err: ambiguous, allowAmbiguous: true, want: false},
		{name: "a rate limit, with another key", err: answered(429), try: 9, otherKey: true, want: true},
		{name: "a rate limit, without", err: answered(429), want: true},
		{name: "an unknown key, with another", err: answered(401), try: 9, otherKey: true, want: true},
		{name: "an unknown key, without", err: answered(401)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.allowAmbiguous {
				tc.err = &api.Error{Kind: api.KindUnavailable, Status: 502, Sent: api.SentMaybe}
				tc.want = true
			}
			p := &Provider{retries: newRetryBudget(), maxRetries: 2, retryAmbiguous: tc.allowAmbiguous, backoffInitial: time.Millisecond, backoffMax: time.Millisecond}
			c := &Call{deadline: time.Now().Add(time.Minute)}
			_, ok := c.again(p, tc.err, tc.try, tc.otherKey)
			require.Equal(t, tc.want, ok)
		})
	}
}

func TestRetryAfterIsAFloorAndTheDeadlineAnEnd(t *testing.T) {
	p := &Provider{retries: newRetryBudget(), maxRetries: 2, backoffInitial: time.Millisecond, backoffMax: time.Millisecond}
	c := &Call{deadline: time.Now().Add(time.Minute)}
	err := answered(429)
	err.RetryAfter = 3 * time.Second
	wait, ok := c.again(p, err, 0, false)
	require.True(t, ok)
	require.Equal(t, 3*time.Second, wait)
	c.deadline = time.Now().Add(time.Second)
	_, ok = c.again(p, err, 0, false)
	require.False(t, ok)
}

func TestTheRetryBudgetIsATenthOfTheTraffic(t *testing.T) {
	b := newRetryBudget()
	retries := 0
	for range 1000 {
		b.earn()
		if b.take() {
			retries++
		}
	}
	require.LessOrEqual(t, retries, 100)
	require.Greater(t, retries, 80)
}

func TestBackoffGrowsWithinItsLimit(t *testing.T) {
	for try := range 40 {
		d := backoff(100*time.Millisecond, time.Second, try)
		require.LessOrEqual(t, d, time.Second)
		require.GreaterOrEqual(t, d, min(50*time.Millisecond<<min(try, 5), 500*time.Millisecond))
	}
}
