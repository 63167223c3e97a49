package openai_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func BenchmarkPeek(b *testing.B) {
	for name, size := range map[string]int{"200B": 100, "100KB": 100_000} {
		b.Run(name, func(b *testing.B) {
			body := []byte(`{"model":"openai/gpt-4o-mini","temperature":0.7,"stream":true,"messages":[{"role":"user","content":"` + strings.Repeat("word ", size/5) + `"}]}`)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var h dialect.Head
			var edits []jsonx.Edit
			for b.Loop() {
				h.Reset()
				h.Op = api.OpChat
				if err := openai.Codec.Peek(&h, body); err != nil {
					b.Fatal(err)
				}
				edits = openai.Codec.AppendEdits(edits[:0], &h, "gpt-4o-mini", &dialect.Quirks{})
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	asSent := golden(b, "answers")["text.json"]
	for name, body := range map[string][]byte{
		"as OpenAI sends it": asSent,
		"compact":            jsonx.AppendCompact(nil, asSent),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := openai.Codec.Inspect(api.OpChat, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTapEvent(b *testing.B) {
	events := split(b, golden(b, "streams")["text_usage.sse"])
	tap := openai.Codec.Tap(&dialect.Head{StreamUsage: true})
	tap.See(&events[1])
	b.ReportAllocs()
	for b.Loop() {
		tap.See(&events[1])
	}
}

func BenchmarkTranslatedEvent(b *testing.B) {
	events := split(b, golden(b, "streams")["text_usage.sse"])
	reader, writer := openai.Codec.Reader(api.OpChat), openai.Codec.Writer(&dialect.Head{Op: api.OpChat})
	var steps []api.Event
	var wire []byte
	b.ReportAllocs()
	for b.Loop() {
		steps = reader.Read(steps[:0], &events[1])
		wire = wire[:0]
		for i := range steps {
			wire = writer.Append(wire, &steps[i])
		}
	}
}
