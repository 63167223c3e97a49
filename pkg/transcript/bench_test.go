package transcript

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
)

// BenchmarkTranscript is what a call costs a node, behind its back: a request and an answer of
// 4 KB each.
func BenchmarkTranscript(b *testing.B) {
	text := strings.Repeat(`The key to the house of Mr. Fox is under the mat; \"do not tell anyone\" he said.\n`, 48)
	rules := &Rules{Which: All, MaxBytes: 64 << 10}
	h := Heard{Rules: rules, CallID: "1"}
	h.Request = PieceOf(rules, []byte(`{"messages":[{"role":"user","content":"`+text+`"}]}`), "")
	h.Response = PieceOf(rules, []byte(`{"choices":[{"message":{"content":"`+text+`"}}]}`), "")
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(h.Request.Size + h.Response.Size)
		for b.Loop() {
			h.transcript()
		}
	})
	var stream []byte
	for word := range strings.FieldsSeq(text) {
		stream = append(stream, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"`+strings.Trim(word, `"\`)+` "}}]}`+"\n\n"...)
	}
	s := h
	s.Stream, s.Codec, s.Head.Op = true, openai.Codec, api.OpChat
	s.Response = Piece{Data: stream, Size: int64(len(stream)), Type: "text/event-stream"}
	b.Run("stream", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(s.Request.Size + s.Response.Size)
		for b.Loop() {
			s.transcript()
		}
	})
}

// BenchmarkStreamAdd is what an event costs the call itself.
func BenchmarkStreamAdd(b *testing.B) {
	event := make([]byte, 160)
	k := NewKeeper(KeeperOptions{})
	rules := &Rules{MaxBytes: 64 << 10}
	b.ReportAllocs()
	for b.Loop() {
		s := k.Listen(rules)
		for range 500 {
			s.Add(event)
		}
		s.Close("")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/event")
}
