package edge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/cache/postgres"
	sharedcache "github.com/asbru-gateway/asbru/pkg/cache/redis"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestAllNodesFindAnswersByWhatRequestsMean(t *testing.T) {
	url := servers.Postgres(t).Database(t)
	probe, err := postgres.Open(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, probe.Close()) })
	if _, err := probe.Purge(t.Context(), cache.Selection{}); err != nil {
		t.Skipf("PostgreSQL has no pgvector here: %v", err)
	}
	client, err := redis.Open(servers.Redis(t).URL(), redis.Options{Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	answers := sharedcache.New(client, secret.NewKey())
	node := func(name string) *semantic {
		return semantically(t, func(c *config.Config) {
			c.Cache.Store, c.Cache.Semantic.Store, c.Cache.Semantic.URL = "redis", "postgres", config.Secret(url)
		}, gateway.Options{Node: name, Answers: answers, Neighbours: func(url string) (cache.SharedNeighbours, error) { return postgres.Open(url) }})
	}
	a, b := node("a"), node("b")
	first := a.ask(t, falcons)
	require.Equal(t, "miss", first.Header.Get("x-asbru-cache"))
	require.Eventually(t, func() bool { // it is written behind the answer
		again := b.ask(t, falconsAgain, "x-asbru-cache: read")
		return strings.Contains(again.Header.Get("x-asbru-cache"), "type=semantic") && again.Body == first.Body
	}, patience, 5*time.Millisecond)
	require.NoError(t, b.Gateway.PurgeSharedCache(t.Context(), cache.Selection{Model: "openai/m"}, "purge"))
	b.Gateway.PurgeCache(cache.Selection{})
	require.Equal(t, "miss", b.ask(t, falconsAgain, "x-asbru-cache: read").Header.Get("x-asbru-cache"))
}
