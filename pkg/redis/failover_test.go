package redis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
)

func TestAfterAFailoverOfSentinelTheNewMasterIsFound(t *testing.T) {
	for name, patience := range map[string]time.Duration{"by default": Timeout, "with much patience": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			pair := servers.RedisSentinel(t)
			c := open(t, pair.URL(), patience)
			counts := func(n int64) func() bool {
				return func() bool {
					got, err := c.Run(t.Context(), increment, []string{"n"}, 0)
					return err == nil && got == n
				}
			}
			require.Eventually(t, counts(0), 30*time.Second, 10*time.Millisecond)
			require.NoError(t, c.Raw().Set(t.Context(), "n", 7, 0).Err())
			pair.Replicated(t)
			pair.Master.Kill(t)
			pair.FailOver(t)
			require.Eventually(t, counts(7), 30*time.Second, 10*time.Millisecond, "as the replica had it")
			require.Eventually(t, c.Up, 30*time.Second, 10*time.Millisecond)
		})
	}
}
