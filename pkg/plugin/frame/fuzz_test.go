package frame_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// FuzzAnswer holds that no answer makes a hook panic, and that what is left of the
// request can be sent.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"action":"refuse","error":{"status":422,"code":"x","message":"y"}}`,
		`{"request":{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"}]}]}}`,
		`{"action":"answer","response":{"choices":[{"message":{"content":"Hello.","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}}]}}`,
		`{"events":[{"at":0},{"kind":"delta","text":"x"},{"kind":"finish","finish":"stop"}]}`,
		`{"result":{"content":[{"at":0,"text":"a"},{"type":"image","data":"aGk="}]},"arguments":{"a":1}}`,
		`{"action":"answer","http":{"status":200,"headers":{"a":["b"]},"body_base64":"aGk="},"state":1,"notes":{"a":"b"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, says string) {
		p, ctx := (&guest{says: says}).plugin(t), t.Context()
		c := chat()
		_, _ = p.BeforeRoute(ctx, c)
		if _, err := openai.Codec.AppendRequest(nil, c.Request, &dialect.Quirks{}); err != nil && err.Kind != api.KindUnsupported && err.Kind != api.KindInvalid {
			t.Fatal(err)
		}
		r := answered()
		_ = p.AfterAttempt(ctx, chat(), r, nil)
		openai.Codec.AppendResponse(nil, &dialect.Head{Op: api.OpChat}, r)
		_, _ = p.OnEvents(ctx, chat(), answered().AppendEvents(nil))
		_, _ = p.BeforeTool(ctx, chat(), &plugin.ToolCall{})
		_ = p.AfterTool(ctx, chat(), &plugin.ToolCall{}, &plugin.ToolResult{Parts: []api.Part{{Text: "x"}}})
		_, _ = p.OnHTTP(ctx, &plugin.HTTPRequest{Body: []byte("x")})
		_ = p.AfterHTTP(ctx, &plugin.HTTPRequest{}, &plugin.HTTPAnswer{Status: 200})
		_, _ = p.OnChunk(ctx, &plugin.HTTPRequest{}, []byte("x"))
	})
}
