package mock

import (
	"bufio"
	"io"
	"testing"

	"github.com/valyala/fasthttp"
)

// The mock's own cost is in every figure that is taken with it.
func BenchmarkHandler(b *testing.B) {
	for _, bm := range []struct{ name, path, body string }{
		{"openai whole", chatPath, chatBody("gpt-4o", "Hi")},
		{"openai stream of 50", chatPath, chatBody("mock-chunks-47-bytes-600", "Hi", streaming)},
		{"anthropic whole", messagesPath, chatBody("claude", "Hi", `"max_tokens":64`)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			s := New(Options{})
			var ctx fasthttp.RequestCtx
			ctx.Init(&fasthttp.Request{}, nil, silent{})
			ctx.Request.Header.SetMethod(fasthttp.MethodPost)
			ctx.Request.Header.Set("anthropic-version", "2023-06-01")
			ctx.Request.SetRequestURI(bm.path)
			ctx.Request.SetBodyString(bm.body)
			w := bufio.NewWriter(io.Discard)
			b.ReportAllocs()
			for b.Loop() {
				ctx.Response.Reset()
				s.Handler(&ctx)
				if err := ctx.Response.Write(w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
