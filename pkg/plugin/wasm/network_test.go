package wasm

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAQuestionLeavesTheGuestTimeToAct(t *testing.T) {
	hook, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	require.Less(t, timeFor(hook, &question{}), time.Hour*91/100)
	require.Greater(t, timeFor(hook, &question{}), time.Hour*80/100)
	require.Equal(t, 50*time.Millisecond, timeFor(hook, &question{Timeout: 50}))
	require.Less(t, timeFor(hook, &question{Timeout: 1 << 62}), time.Hour)
	require.Equal(t, maxTime, timeFor(t.Context(), &question{}))
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	require.LessOrEqual(t, timeFor(over, &question{}), time.Duration(0))
}

func TestAQuestionThatIsNoneIsRefused(t *testing.T) {
	n := network{granted: []grant{{scheme: "https", host: "example.com", port: "443"}}, calls: 100, maxBytes: 100, count: func(string) {}}
	for text, code := range map[string]string{
		"":                     "bad_request",
		"\x00\xff{":            "bad_request",
		`{"timeout_ms":1e300}`: "bad_request",
		`{"url":"https://example.com","headers":{"a:b":["c"]}}`:        "bad_request",
		`{"url":"https://example.com","headers":{"a":["b\r\nc: d"]}}`:  "bad_request",
		`{"url":"https://example.com","method":"GET / HTTP/1.1\r\nx"}`: "bad_request",
		`{"url":""}`: "not_granted",
		`{"url":"https://example.com","body":"` + string(make([]byte, 100)): "request_too_large",
	} {
		require.Contains(t, string(n.ask(t.Context(), &asking{}, []byte(text))), `{"error":{"code":"`+code+`"`, text)
	}
}
