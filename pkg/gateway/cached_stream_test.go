package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCommentsAreNoPartOfAKeptStream(t *testing.T) {
	lines := []string{"\n", "\r\n", ":ping\n", ": a comment\r\n", ":\n", "data: x\n", "event: e\r\n", "data: :no comment\n", "data: {\"a\":\n"}
	rapid.Check(t, func(t *rapid.T) {
		var whole []byte
		for _, l := range rapid.SliceOf(rapid.SampledFrom(lines)).Draw(t, "lines") {
			whole = append(whole, l...)
		}
		var once, inPieces eventFilter
		want := once.append(nil, whole)
		var got []byte
		for rest := whole; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			got = inPieces.append(got, rest[:n])
			rest = rest[n:]
		}
		require.Equal(t, string(want), string(got))
		require.NotRegexp(t, `(?m)^:`, string(got))
		var twice eventFilter
		require.Equal(t, string(want), string(twice.append(nil, want)))
	})
	var f eventFilter
	require.Equal(t, "data: a\n\ndata: b\ndata: c\n\n", string(f.append(nil, []byte(": PROCESSING\n\ndata: a\n\n:ping\n\ndata: b\n:in it\ndata: c\n\n"))))
}
