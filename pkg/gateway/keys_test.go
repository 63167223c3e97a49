package gateway_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// cluster stands in for the nodes that a gateway shares its keys with.
type cluster struct {
	node   chan keys.Node
	cooled []string
	ended  chan struct{}
}

func (c *cluster) Run(ctx context.Context, node keys.Node) {
	c.node <- node
	<-ctx.Done()
	close(c.ended)
}

func (c *cluster) Cooled(provider, key string, until time.Time, reason string) {
	if until.After(time.Now()) {
		c.cooled = append(c.cooled, provider+"/"+key+" "+reason)
	}
}

func TestCoolDownsAreSharedWithOtherNodes(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if x.Header.Get("Authorization") == "Bearer sk-bad" {
			x.JSON(429, `{"error":{"message":"slow down, sk-bad","code":"rate_limit_exceeded"}}`, "Retry-After: 30")
			return
		}
		x.JSON(200, `{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi"}}]}`)
	})
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"openai": {
		Network: config.Network{BaseURL: up.URL},
		Keys: []config.Key{
			{ID: "bad", Value: "sk-bad", Weight: 1}, {ID: "good", Value: "sk-good", Weight: 1}, {ID: "spare", Value: "sk-spare", Weight: 1},
		},
	}}
	others := &cluster{node: make(chan keys.Node, 1), ended: make(chan struct{})}
	g, err := gateway.New(t.Context(), cfg, gateway.Options{Keys: others})
	require.NoError(t, err)
	node := <-others.node
	call := func(n int) {
		for range n {
			_, err := g.Chat(t.Context(), &api.Request{Model: "openai/m", Messages: hello})
			require.NoError(t, err)
		}
	}
	call(6)
	require.Equal(t, []string{"openai/bad rate_limit_exceeded"}, others.cooled, "told once, without what the provider wrote")

	// What others were refused rests here too, and is not told to them again.
	node.Cool("openai", "spare", time.Now().Add(time.Minute), "rate_limit_exceeded")
	node.Cool("openai", "unknown", time.Now().Add(time.Minute), "")
	node.Cool("unknown", "spare", time.Now().Add(time.Minute), "")
	used := func() (used map[string]int64) {
		used = map[string]int64{}
		for _, k := range g.State().Providers[0].Keys {
			used[k.Name] = k.Used
		}
		return used
	}
	before := used()
	call(5)
	require.Equal(t, before["spare"], used()["spare"])
	require.Equal(t, before["good"]+5, used()["good"])
	require.Len(t, others.cooled, 1)

	var shared []string
	node.Sets(func(provider string, _ *keys.Set) { shared = append(shared, provider) })
	require.Equal(t, []string{"openai"}, shared)
	g.Close()
	<-others.ended
}
