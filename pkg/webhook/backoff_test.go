package webhook

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheNextTryFollowsFromAgeAndHandOuts(t *testing.T) {
	for _, tc := range []struct {
		name      string
		age       time.Duration
		handedOut uint64
		want      int
	}{
		{"the first", 0, 1, 0},
		{"the second", 5 * time.Second, 2, 1},
		{"handed out often while the host was busy", 5 * time.Second, 90, 1},
		{"the first, by a clock an hour ahead", time.Hour, 1, 0},
		{"by a clock an hour behind", -time.Hour, 3, 0},
		{"the last", 24 * time.Hour, 11, 10},
		{"old, but this is its first try", 48 * time.Hour, 1, 0},
	} {
		require.Equal(t, tc.want, triesBefore(delays, tc.age, tc.handedOut), tc.name)
	}
}

func TestRetryAfterIsReadAndBounded(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "999999999": maxRetryAfter, "-1": 0, "soon": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		require.Equal(t, want, retryAfter(http.Header{"Retry-After": {text}}, now), text)
	}
}

func TestACircuitOpensAndOneTryClosesIt(t *testing.T) {
	var h hosts
	now := time.Unix(0, 0)
	for range circuitAfter {
		require.True(t, h.enter("a", now).ok)
		h.leave("a", unreachable, now)
	}
	a := h.enter("a", now)
	require.True(t, a.open)
	require.Equal(t, circuitFirst, a.wait)
	require.True(t, h.enter("b", now).ok, "another host is not concerned")
	now = now.Add(circuitFirst)
	require.True(t, h.enter("a", now).ok)
	require.False(t, h.enter("a", now).ok, "one try finds out")
	h.leave("a", delivered, now)
	require.True(t, h.enter("a", now).ok)
	require.True(t, h.enter("a", now).ok)
}

func TestSignatureOfTheSpecification(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	require.NoError(t, err)
	require.Equal(t, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)))
}
