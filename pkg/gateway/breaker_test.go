package gateway_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

const reply = `{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi"}}]}`

// flaky is a provider with two keys, of which calls with sk-a get a status.
func flaky(t *testing.T, status *atomic.Int64, asked *atomic.Int64) *config.Config {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.Header.Get("Authorization") == "Bearer sk-a" {
			asked.Add(1)
			if s := status.Load(); s != 200 {
				x.JSON(int(s), `{"error":{"message":"no","code":"no"}}`)
				return
			}
		}
		x.JSON(200, reply)
	})
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"openai": {
		Network: config.Network{BaseURL: up.URL},
		Keys:    []config.Key{{ID: "a", Value: "sk-a", Weight: 1}, {ID: "b", Value: "sk-b", Weight: 1}},
	}}
	return cfg
}

func TestAKeyWhoseCallsFailIsLeftToOthers(t *testing.T) {
	var status, asked atomic.Int64
	status.Store(500)
	g, err := gateway.New(t.Context(), flaky(t, &status, &asked), gateway.Options{})
	require.NoError(t, err)
	defer g.Close()
	for range 200 {
		_, _ = g.Chat(t.Context(), &api.Request{Model: "openai/m", Messages: hello}) // some fail
	}
	require.True(t, g.State().Providers[0].Keys[0].Broken)
	require.Less(t, asked.Load(), int64(20))
	require.False(t, g.State().Providers[0].Keys[1].Broken)
}

func TestWhatACallerDoesWrongBreaksNoKey(t *testing.T) {
	var status, asked atomic.Int64
	g, err := gateway.New(t.Context(), flaky(t, &status, &asked), gateway.Options{})
	require.NoError(t, err)
	defer g.Close()
	for _, s := range []int64{400, 404, 413, 422} {
		status.Store(s)
		for range 50 {
			_, _ = g.Chat(t.Context(), &api.Request{Model: "openai/m", Messages: hello})
		}
	}
	require.GreaterOrEqual(t, asked.Load(), int64(90))
	require.False(t, g.State().Providers[0].Keys[0].Broken)
}
