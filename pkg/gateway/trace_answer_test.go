package gateway_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

func TestWhatAProviderSaysOfItsAnswerIsTraced(t *testing.T) {
	server := mock.New(mock.Options{})
	defer server.Close()
	var kept traces
	cfg := &config.Config{
		Providers: map[string]config.Provider{"mock": {Keys: []config.Key{{Name: "k", Value: "v"}}}},
		Telemetry: config.Telemetry{Collector: config.Collector{Endpoint: "http://collector"}},
	}
	g, err := gateway.New(t.Context(), cfg, gateway.Options{Traces: &kept, Known: map[string]gateway.Reach{"mock": {Dial: server.Dial}}})
	require.NoError(t, err)
	defer g.Close()
	for name, in := range map[string]dialect.Codec{"as it passes": openai.Codec, "of another dialect": anthropic.Codec} {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, streamed: %t", name, stream), func(t *testing.T) {
				call := g.Acquire()
				call.In, call.Head.Op = in, api.OpChat
				call.Body = fmt.Appendf(nil, `{"model":"mock/demo","max_tokens":100,"stream":%t,"messages":[{"role":"user","content":"hello"}]}`, stream)
				require.Nil(t, g.Do(call))
				for call.Streaming {
					if _, err := call.Next(); err != nil {
						require.ErrorIs(t, err, io.EOF)
						break
					}
				}
				g.Release(call)
				a := kept.kept[len(kept.kept)-1].Traced.Answer
				require.NotEmpty(t, a.ID)
				require.Equal(t, "demo", a.Model)
				require.Equal(t, []string{"stop"}, a.Finish)
			})
		}
	}
}
