package anthropic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// tapStream shows a stream to a tap and returns what it said of each event.
func tapStream(t *testing.T, stream []byte) (dialect.Tap, []dialect.Verdict) {
	t.Helper()
	var split sse.Splitter
	split.Reset(0)
	split.Feed(stream)
	tap := Codec.Tap(chatHead)
	var verdicts []dialect.Verdict
	var ev sse.Event
	for {
		ok, err := split.Next(&ev)
		require.NoError(t, err)
		if !ok {
			return tap, verdicts
		}
		verdicts = append(verdicts, tap.See(&ev))
	}
}

func TestTapFollowsAStreamToItsEnd(t *testing.T) {
	tap, verdicts := tapStream(t, readFile(t, "testdata/streams/server-tool.sse"))
	for _, v := range verdicts {
		require.Equal(t, dialect.Pass, v)
	}
	require.True(t, tap.Begun())
	require.True(t, tap.Ended())
	require.Nil(t, tap.Err())
	require.Equal(t, api.Usage{Input: 10992, CacheRead: 300, CacheWrite: 10, Output: 510, Known: true}, tap.Usage())
	require.Positive(t, tap.OutputBytes())
}

func TestTapHasNotBegunBeforeContent(t *testing.T) {
	tap, _ := tapStream(t, append(wire(startEvent, `{"type":"ping"}`), ": comment\n\n"...))
	require.False(t, tap.Begun())
	require.False(t, tap.Ended())
	require.Equal(t, api.Usage{Input: 9, Output: 1, Known: true}, tap.Usage())
}

func TestTapFailsOnAnErrorEvent(t *testing.T) {
	tap, verdicts := tapStream(t, readFile(t, "testdata/streams/overloaded.sse"))
	require.Equal(t, dialect.Fail, verdicts[len(verdicts)-1])
	require.Equal(t, api.KindOverloaded, tap.Err().Kind)
	require.False(t, tap.Ended())
}

func TestTapCountsTextAndNotSignatures(t *testing.T) {
	tap, _ := tapStream(t, wire(
		`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"0123456789"}}`,
		`{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"01234567890123456789012345678901234567890"}}`))
	require.EqualValues(t, 10, tap.OutputBytes())
}
