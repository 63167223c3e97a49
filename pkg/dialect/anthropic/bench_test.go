package anthropic

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

func BenchmarkPeek(b *testing.B) {
	long := []byte(`{"model":"claude-opus-4-6","max_tokens":1024,"stream":true,"messages":[{"role":"user","content":"` +
		strings.Repeat("All work and no play. ", 100<<10/22) + `"}]}`)
	for name, body := range map[string][]byte{
		"short": readFile(b, "testdata/requests/text.json"),
		"tools": readFile(b, "testdata/requests/everything.json"),
		"100KB": long,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			var h dialect.Head
			for b.Loop() {
				h.Reset()
				h.Op = api.OpChat
				if err := Codec.Peek(&h, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestPeekDoesNotAllocate(t *testing.T) {
	body := readFile(t, "testdata/requests/everything.json")
	var h dialect.Head
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.Reset()
		h.Op = api.OpChat
		_ = Codec.Peek(&h, body)
	}))
}

func TestTapDoesNotAllocate(t *testing.T) {
	events := splitAll(t, readFile(t, "testdata/streams/server-tool.sse"))
	var w tap
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for i := range events {
			w.See(&events[i])
		}
	}))
}

// splitAll returns the events of a stream, each with bytes of its own.
func splitAll(t testing.TB, stream []byte) []sse.Event {
	var split sse.Splitter
	split.Reset(0)
	split.Feed(stream)
	var events []sse.Event
	var ev sse.Event
	for {
		ok, err := split.Next(&ev)
		require.NoError(t, err)
		if !ok {
			return events
		}
		events = append(events, sse.Event{Name: bytes.Clone(ev.Name), Data: bytes.Clone(ev.Data), Comment: ev.Comment})
	}
}

// fiftyDeltas is a stream of one text in fifty deltas.
func fiftyDeltas(b *testing.B) []sse.Event {
	data := []string{startEvent, `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`}
	for range 50 {
		data = append(data, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and some words"}}`)
	}
	data = append(data, `{"type":"content_block_stop","index":0}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":150}}`, stopEvent)
	return splitAll(b, wire(data...))
}

func BenchmarkTap(b *testing.B) {
	events := fiftyDeltas(b)
	b.ReportAllocs()
	for b.Loop() {
		t := Codec.Tap(chatHead)
		for i := range events {
			t.See(&events[i])
		}
	}
}

func BenchmarkReader(b *testing.B) {
	events := fiftyDeltas(b)
	var out []api.Event
	b.ReportAllocs()
	for b.Loop() {
		r := Codec.Reader(api.OpChat)
		for i := range events {
			out = r.Read(out[:0], &events[i])
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	var events []api.Event
	r := Codec.Reader(api.OpChat)
	wireEvents := fiftyDeltas(b)
	for i := range wireEvents {
		events = r.Read(events, &wireEvents[i])
	}
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		w := Codec.Writer(chatHead)
		for i := range events {
			out = w.Append(out[:0], &events[i])
		}
	}
}

func BenchmarkAppendRequest(b *testing.B) {
	for _, name := range []string{"text", "tool-results", "everything"} {
		r := decodeRequest(b, api.OpChat, readFile(b, "testdata/requests/"+name+".json"))
		var out []byte
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, _ = Codec.AppendRequest(out[:0], r, &dialect.Quirks{})
			}
		})
	}
}

func BenchmarkDecodeResponse(b *testing.B) {
	body := readFile(b, "testdata/answers/tools.json")
	var r api.Response
	b.ReportAllocs()
	for b.Loop() {
		r.Reset()
		if err := Codec.DecodeResponse(api.OpChat, body, &r); err != nil {
			b.Fatal(err)
		}
	}
}
