package telemetry

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const aTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func TestATraceparentIsReadAndGoneOnWith(t *testing.T) {
	trace, ok := ParseTraceparent(aTraceparent)
	require.True(t, ok)
	require.True(t, trace.Sampled)
	require.Equal(t, aTraceparent, string(trace.AppendTraceparent(nil, trace.Parent)))

	mine := string(trace.AppendTraceparent(nil, trace.Span("call", 1)))
	require.True(t, strings.HasPrefix(mine, aTraceparent[:36]), mine)
	require.NotContains(t, mine, hex.EncodeToString(trace.Parent[:]))

	trace.Sampled = false
	require.True(t, strings.HasSuffix(string(trace.AppendTraceparent(nil, trace.Parent)), "-00"))
}

func TestATraceparentThatIsNotWellFormedIsNone(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":          "",
		"short":            aTraceparent[:54],
		"no trace":         "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"no span":          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
		"capitals":         strings.ToUpper(aTraceparent),
		"no digits":        strings.Replace(aTraceparent, "4bf9", "4bg9", 1),
		"version ff":       "ff" + aTraceparent[2:],
		"more in 00":       aTraceparent + "-00",
		"glued to more":    "01" + aTraceparent[2:] + "00",
		"other separators": strings.ReplaceAll(aTraceparent, "-", "_"),
	} {
		_, ok := ParseTraceparent(s)
		require.False(t, ok, name)
	}
	_, ok := ParseTraceparent("01" + aTraceparent[2:] + "-what-comes")
	require.True(t, ok, "a later version may have more")
}

func FuzzTraceparent(f *testing.F) {
	f.Add(aTraceparent)
	f.Fuzz(func(t *testing.T, s string) {
		if trace, ok := ParseTraceparent(s); ok {
			require.Equal(t, s[3:53], string(trace.AppendTraceparent(nil, trace.Parent))[3:53])
		}
	})
}

func TestAboutTheShareOfTracesIsKept(t *testing.T) {
	ids := NewCallIDs()
	const calls = 20_000
	for _, share := range []float64{0, 0.1, 0.5, 1} {
		kept := 0
		for range calls {
			id := ids.Next(time.Now())
			if trace := Begin(id.Borrow()); trace.Within(share) {
				kept++
			}
		}
		require.InDelta(t, share*calls, kept, 0.03*calls)
		if share == 0 || share == 1 {
			require.EqualValues(t, share*calls, kept)
		}
	}
}

func TestNoTwoSpansHaveOneID(t *testing.T) {
	ids, seen := NewCallIDs(), map[SpanID]bool{}
	for range 1000 {
		id := ids.Next(time.Now())
		trace := Begin(id.Borrow())
		for n := range 8 {
			span := trace.Span(id.Borrow(), n)
			require.False(t, seen[span])
			seen[span] = true
		}
	}
}

func BenchmarkTraceparent(b *testing.B) {
	b.ReportAllocs()
	var dst [64]byte
	for b.Loop() {
		trace, _ := ParseTraceparent(aTraceparent)
		trace.AppendTraceparent(dst[:0], trace.Span("0123456789abcdef0123456789abcdef", 1))
	}
}
