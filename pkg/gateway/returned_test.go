package gateway

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// answerWith makes a call whose provider has answered with these headers, each
// "name: value", to the first of two keys of the same weight.
func answerWith(t testing.TB, row string, headers ...string) (*Call, *Provider) {
	known, ok := provider.ByName(row)
	require.True(t, ok)
	set, err := keys.New([]keys.Key{{ID: "a", Weight: 1}, {ID: "b", Weight: 1}})
	require.NoError(t, err)
	c := &Call{}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		c.head.Fields = append(c.head.Fields, upstream.Field{Name: []byte(name), Value: []byte(value)})
	}
	return c, &Provider{returns: returnedHeaders(known.Return), keys: set}
}

func TestAKeysWeightFollowsWhatItsProviderLeavesIt(t *testing.T) {
	for _, tc := range []struct {
		row     string
		headers []string
		share   float64
	}{
		{"openai", nil, 50},
		{"openai", []string{"x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 21"}, 50},
		{"openai", []string{"x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 10"}, 33.3},
		{"openai", []string{"x-ratelimit-remaining-requests: 90", "x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-tokens: 10", "x-ratelimit-limit-tokens: 100"}, 33.3},
		{"openai", []string{"x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 0"}, 4.8},
		{"openai", []string{"x-ratelimit-limit-requests: 0", "x-ratelimit-remaining-requests: -1"}, 50},
		{"openai", []string{"x-ratelimit-limit-requests: 10", "x-ratelimit-remaining-requests: 100"}, 50},
		{"openai", []string{"x-ratelimit-limit-requests: 10"}, 50},
		{"openai", []string{"x-ratelimit-remaining-requests: 0"}, 50},
		{"openai", []string{"x-ratelimit-limit-requests: many", "x-ratelimit-remaining-requests: "}, 50},
		{"openai", []string{"x-ratelimit-limit-requests: 99999999999999999999", "x-ratelimit-remaining-requests: 1"}, 50},
		{"anthropic", []string{"anthropic-ratelimit-tokens-limit: 1000", "anthropic-ratelimit-tokens-remaining: 100"}, 33.3},
	} {
		t.Run(fmt.Sprint(tc.row, tc.headers), func(t *testing.T) {
			c, p := answerWith(t, tc.row, tc.headers...)
			c.keepReturned(p)
			require.Len(t, c.Returned, len(tc.headers))
			first := float64(picks(p.keys, 10000)) / 100
			require.InDelta(t, tc.share, first, 0.2)
		})
	}
}

func TestACallersOwnKeyTellsNothingOfOurs(t *testing.T) {
	c, p := answerWith(t, "openai", "x-ratelimit-limit-requests: 100", "x-ratelimit-remaining-requests: 0")
	c.exchange.key = -1
	c.keepReturned(p)
	require.InDelta(t, 50, float64(picks(p.keys, 1000))/10, 0.5)
}

func picks(s *keys.Set, n int) (first int) {
	for range n {
		if s.Pick(0, 3, 1) == 0 {
			first++
		}
	}
	return first
}

func BenchmarkKeepReturned(b *testing.B) {
	c, p := answerWith(b, "openai", "content-type: application/json", "x-request-id: 1", "x-ratelimit-limit-requests: 10000", "x-ratelimit-limit-tokens: 2000000",
		"x-ratelimit-remaining-requests: 9999", "x-ratelimit-remaining-tokens: 1999000", "x-ratelimit-reset-requests: 6ms", "x-ratelimit-reset-tokens: 10ms")
	b.ReportAllocs()
	for b.Loop() {
		c.keepReturned(p)
	}
}
