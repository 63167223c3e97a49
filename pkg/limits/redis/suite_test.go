package redis

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits/limitstest"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

func TestRedisKeepsTheContract(t *testing.T) {
	server := servers.Redis(t)
	limitstest.Run(t, func(t testing.TB, s limitstest.Setup) limitstest.Limiter {
		r := limiter(t, server, Options{HoldFor: s.HoldFor, Warned: s.Warned, LeaseFor: 20 * 366 * 24 * time.Hour}) // the tests advance only the clock
		r.clock = func() string { return strconv.FormatInt(s.Clock.Now().UnixMicro(), 10) }
		return renewing{r}
	})
}

// renewing is a limiter whose clock the tests advance, but not the one by which it
// renews what calls hold.
type renewing struct{ *Limiter }

// Renew implements [limitstest.Renewer].
func (r renewing) Renew() {
	r.holds.mu.Lock()
	for _, h := range r.holds.of {
		h.renewed = time.Time{}
	}
	r.holds.mu.Unlock()
	r.renewHolds(context.Background(), time.Now())
}

// patient is how long the tests wait for a script where it does not matter: the
// machine may be busy.
const patient = 5 * time.Second

// client connects to a server, and waits patiently for it.
func client(t testing.TB, server *servers.RedisServer, o redis.Options) *redis.Client {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = patient
	}
	c, err := redis.Open(server.URL(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// limiter makes a limiter over a server, as a node has one.
func limiter(t testing.TB, server *servers.RedisServer, o Options) *Limiter {
	t.Helper()
	if o.Redis == nil {
		o.Redis = client(t, server, redis.Options{})
	}
	r := New(o)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}
