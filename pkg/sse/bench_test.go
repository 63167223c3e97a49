package sse_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/sse"
)

// chatStream returns a stream of n deltas as OpenAI sends them.
func chatStream(n int) []byte {
	var b []byte
	for i := range n {
		b = sse.AppendEvent(b, "", fmt.Appendf(nil, `{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_50cad350e4","choices":[{"index":0,"delta":{"content":" word %d"},"logprobs":null,"finish_reason":null}]}`, i))
	}
	return sse.AppendEvent(b, "", []byte("[DONE]"))
}

// BenchmarkSplitter reads a stream of 50 events, in pieces that hold whole
// events and in pieces that cut most of them.
func BenchmarkSplitter(b *testing.B) {
	stream := chatStream(50)
	for _, size := range []int{len(stream), 4096, 200} {
		b.Run(fmt.Sprintf("pieces of %d", size), func(b *testing.B) {
			var s sse.Splitter
			var ev sse.Event
			b.SetBytes(int64(len(stream)))
			b.ReportAllocs()
			for b.Loop() {
				s.Reset(0)
				events := 0
				for at := 0; at < len(stream); at += size {
					s.Feed(stream[at:min(at+size, len(stream))])
					for {
						ok, err := s.Next(&ev)
						if err != nil {
							b.Fatal(err)
						}
						if !ok {
							break
						}
						events++
					}
				}
				if events != 51 {
					b.Fatal(events)
				}
			}
		})
	}
}

func BenchmarkAppendEvent(b *testing.B) {
	data := []byte(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}`)
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = sse.AppendEvent(dst[:0], "content_block_delta", data)
	}
}
