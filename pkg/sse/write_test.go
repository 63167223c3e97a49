package sse_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/sse"
)

func TestAppendEventWritesFields(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"", `{"a":1}`, "data: {\"a\":1}\n\n"},
		{"message_stop", "x", "event: message_stop\ndata: x\n\n"},
		{"", "", "data: \n\n"},
		{"", "a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"},
		{"", "a\n", "data: a\ndata: \n\n"},
		{"a\r\nb", "x", "event: a  b\ndata: x\n\n"},
	} {
		require.Equal(t, "dst"+tt.want, string(sse.AppendEvent([]byte("dst"), tt.name, []byte(tt.data))))
	}
}

func TestAppendCommentIsNoEvent(t *testing.T) {
	require.Equal(t, ": heartbeat\n\n", string(sse.AppendComment(nil, "heartbeat")))
	require.Equal(t, ": a\n: data: b\n\n", string(sse.AppendComment(nil, "a\ndata: b")))
	events, _ := split(t, string(sse.AppendComment(nil, "a\rdata: b")))
	require.Len(t, events, 1)
	require.True(t, events[0].Comment)
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z_.]{0,12}`).Draw(t, "name")
		data := genStream().Draw(t, "data")
		events, rest := split(t, string(sse.AppendEvent(nil, name, []byte(data))))
		require.Empty(t, rest)
		require.Len(t, events, 1)
		require.Equal(t, name, events[0].Name)
		require.Equal(t, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data), events[0].Data)
	})
}
