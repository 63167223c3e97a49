package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/cache/cachetest"
	"github.com/asbru-gateway/asbru/pkg/cache/postgres"
)

func open(t testing.TB, url string) *postgres.Neighbours {
	n, err := postgres.Open(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return n
}

// withVector returns the URL of a database, where PostgreSQL has pgvector.
func withVector(t *testing.T) string {
	url := servers.Postgres(t).Database(t)
	if _, err := open(t, url).Purge(t.Context(), cache.Selection{}); err != nil {
		t.Skipf("PostgreSQL has no pgvector here: %v", err)
	}
	return url
}

func TestPostgresHasNeighbours(t *testing.T) {
	shared := open(t, withVector(t))
	cachetest.RunNeighbours(t, func(t testing.TB) cache.Neighbours {
		_, err := shared.Purge(t.Context(), cache.Selection{})
		require.NoError(t, err)
		return shared
	})
}

func TestNodesHaveTheSameNeighbours(t *testing.T) {
	url := withVector(t)
	a, b, group := open(t, url), open(t, url), cachetest.KeyOf("group")
	require.NoError(t, a.Add(t.Context(), group, &cache.Neighbour{Key: cachetest.KeyOf("k"), Vector: cachetest.Vector(8, 0), TTL: time.Hour}))
	found, err := b.Nearest(t.Context(), group, cachetest.Vector(8, 10), 0.9, 3)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, cachetest.KeyOf("k"), found[0].Key)
	require.InDelta(t, 0.985, found[0].Similarity, 0.001)
}

func TestAURLThatIsNoneIsRefusedWithoutItsPassword(t *testing.T) {
	_, err := postgres.Open("postgres://ann:hunter2hunter2@host:port/db")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}
