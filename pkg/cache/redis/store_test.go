package redis_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/cache/cachetest"
	shared "github.com/asbru-gateway/asbru/pkg/cache/redis"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// patient: the machine may be busy.
const patient = 5 * time.Second

func open(t *testing.T, server *servers.RedisServer, key secret.Key) *shared.Store {
	t.Helper()
	c, err := redis.Open(server.URL(), redis.Options{Timeout: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return shared.New(c, key)
}

func TestRedisIsAStore(t *testing.T) {
	server, key := servers.Redis(t), secret.NewKey()
	cachetest.Run(t, func(t *testing.T) cache.Store {
		server.Flush(t)
		return open(t, server, key)
	})
}

func TestWhoReadsRedisSeesNoAnswer(t *testing.T) {
	server := servers.Redis(t)
	mine := open(t, server, secret.NewKey())
	k := cachetest.KeyOf("k")
	require.NoError(t, mine.Put(t.Context(), k, &cache.Entry{Body: []byte("the plan"), Origin: cache.Origin{Scope: "vk:ann", Model: "openai/gpt-5"}}, time.Hour))
	c, err := redis.Open(server.URL(), redis.Options{Timeout: patient})
	require.NoError(t, err)
	defer c.Close()
	all, err := c.Raw().HGetAll(t.Context(), "asbru:answer:"+k.String()).Result()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for _, v := range all {
		for _, told := range []string{"the plan", "ann", "gpt-5"} {
			require.False(t, bytes.Contains([]byte(v), []byte(told)))
		}
	}
	other := open(t, server, secret.NewKey())
	got, _, err := other.Get(t.Context(), k)
	require.NoError(t, err)
	require.Nil(t, got, "of another secret key")
}

func TestOneClaimsAnAnswer(t *testing.T) {
	server := servers.Redis(t)
	s := open(t, server, secret.NewKey())
	k := cachetest.KeyOf("k")
	claim := func(owner string, want bool) {
		t.Helper()
		mine, err := s.Claim(t.Context(), k, owner)
		require.NoError(t, err)
		require.Equal(t, want, mine)
	}
	claim("a", true)
	claim("a", true)
	claim("b", false)
	require.NoError(t, s.Release(t.Context(), k, "b"))
	claim("b", false)
	require.NoError(t, s.Release(t.Context(), k, "a"))
	claim("b", true)
}

func TestWithoutRedisNothingIsFound(t *testing.T) {
	c, err := redis.Open("redis://127.0.0.1:1", redis.Options{Timeout: time.Millisecond})
	require.NoError(t, err)
	defer c.Close()
	s := shared.New(c, secret.NewKey())
	_, _, err = s.Get(t.Context(), cachetest.KeyOf("k"))
	require.Error(t, err)
	require.Error(t, s.Put(t.Context(), cachetest.KeyOf("k"), &cache.Entry{}, time.Minute))
}
