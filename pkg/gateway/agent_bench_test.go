package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

const (
	wishAnswer = `{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"math-one","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}`
	lastAnswer = `{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"1"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}`
)

// BenchmarkAgentOfTenTurns has an agent take ten turns, and a program take them by hand:
// what the first takes more is what the loop costs. added-ns/turn is the time of a turn less
// that of the model and of the tool in it; what is left has the way to the model and back in
// it, over a connection of the loopback.
func BenchmarkAgentOfTenTurns(b *testing.B) {
	const turns = 10
	var others atomic.Int64 // ns that the model and the tool took
	spent := func(began time.Time) { others.Add(int64(time.Since(began))) }
	added := func(b *testing.B, of func()) {
		b.Helper()
		others.Store(0)
		began := time.Now()
		of()
		b.ReportMetric(float64(int64(time.Since(began))-others.Load())/float64(b.N*turns), "added-ns/turn")
	}
	up := upstreamtest.New(b, func(x *upstreamtest.Exchange) {
		defer spent(time.Now())
		if bytes.Count(x.BodyBytes, []byte(`"role":"tool"`)) < turns-1 {
			x.JSON(200, wishAnswer)
			return
		}
		x.JSON(200, lastAnswer)
	})
	open := func(b *testing.B, auto ...string) *gateway.Gateway {
		b.Helper()
		server := mcptest.NewServer("math", mcptest.Tool{Name: "one", Run: func(context.Context, json.RawMessage) (string, error) {
			defer spent(time.Now())
			return "1", nil
		}})
		server.Settings.AutoRun = auto
		cfg := config.Default()
		cfg.Providers = map[string]config.Provider{"openai": {Network: config.Network{BaseURL: up.URL}, Keys: []config.Key{{Value: "sk-k", Weight: 1}}}}
		g, err := gateway.New(b.Context(), cfg, gateway.Options{Tools: mcptest.Pool(b, server)})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(g.Close)
		return g
	}
	b.Run("agent", func(b *testing.B) {
		g := open(b, "*")
		b.ReportAllocs()
		added(b, func() {
			for b.Loop() {
				r, err := g.Chat(b.Context(), &api.Request{Model: "openai/m", Messages: hello})
				if err != nil || r.Usage.Input != 7*turns {
					b.Fatal(r, err)
				}
			}
		})
	})
	b.Run("by hand", func(b *testing.B) {
		g := open(b)
		b.ReportAllocs()
		added(b, func() {
			for b.Loop() {
				r := &api.Request{Model: "openai/m", Messages: hello}
				for {
					answer, err := g.Chat(b.Context(), r)
					if err != nil {
						b.Fatal(err)
					}
					said := answer.Choices[0].Parts
					if len(said) == 0 || said[0].Call == nil {
						break
					}
					c := g.Acquire()
					result, refused := g.RunTool(b.Context(), c, gateway.ToolCall{ID: said[0].Call.ID, Name: said[0].Call.Name, Arguments: said[0].Call.Args})
					g.Release(c)
					if refused != nil {
						b.Fatal(refused)
					}
					r.Messages = append(r.Messages[:len(r.Messages):len(r.Messages)],
						api.Message{Role: api.RoleAssistant, Parts: said},
						api.Message{Role: api.RoleTool, Parts: []api.Part{{Kind: api.PartToolResult, Result: &api.ToolResult{ID: said[0].Call.ID, Parts: result.Parts}}}})
				}
			}
		})
	})
}
