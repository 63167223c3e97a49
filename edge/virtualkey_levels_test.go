package edge_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/stretchr/testify/require"
)

// stored is a gateway whose virtual keys are in a store.
func stored(t *testing.T, cfg *config.Config) (d *door, keys *cabinet, minter *virtualkey.Minter) {
	t.Helper()
	keys = &cabinet{records: map[virtualkey.Digest]*virtualkey.Record{}}
	minter = virtualkey.NewMinter(secret.NewKey())
	d = startWith(t, cfg, gateway.Options{Limits: memory.New(memory.Options{}), VirtualKeys: &gateway.VirtualKeys{Source: keys, Minter: minter}})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })
	return d, keys, minter
}

func TestAStoredKeyBelongsToWhomThePresentConfigurationSays(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	withTeam := func(l config.RateLimit) *config.Config {
		return organized(t, up.URL, func(c *config.Config) { c.Governance.Teams[0].RateLimit = l })
	}
	d, keys, minter := stored(t, withTeam(hourly(1)))
	key, other := minter.Mint(), minter.Mint()
	keys.put(key, virtualkey.Record{ID: "a", Active: true, TeamID: "t"})
	keys.put(other, virtualkey.Record{ID: "b", Active: true, TeamID: "gone"})
	call := func(key string) answer { return d.chat(t, "openai", "openai", "", "Authorization: Bearer "+key) }
	require.Equal(t, 200, call(key).Status)
	res := call(key)
	require.Equal(t, 429, res.Status)
	require.Contains(t, res.Body, "of the team Engineering, 1 an hour")
	require.Equal(t, 200, call(other).Status)

	require.NoError(t, d.Gateway.Apply(withTeam(hourly(2))))
	require.Equal(t, 200, call(key).Status, "the limit is larger now")
	res = call(key)
	require.Equal(t, 429, res.Status)
	require.Contains(t, res.Body, "of the team Engineering, 2 an hour", "and goes on with what was used")
}

func TestAStoredKeyHasTheLimitsThatItRefersTo(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d, keys, minter := stored(t, organized(t, up.URL, func(c *config.Config) {
		l := hourly(1)
		l.ID = "one"
		c.Governance.RateLimits = []config.RateLimit{l}
	}))
	key, there := minter.Mint(), minter.Mint()
	keys.put(key, virtualkey.Record{ID: "a", Name: "app", Active: true, Bounds: virtualkey.Bounds{RateLimitID: "one"}})
	keys.put(there, virtualkey.Record{ID: "b", Name: "two", Active: true, Grants: []virtualkey.Grant{{Provider: "openai", Bounds: virtualkey.Bounds{RateLimitID: "one"}}}})
	for key, whose := range map[string]string{key: "virtual key app,", there: "virtual key two at provider openai,"} {
		require.Equal(t, 200, d.chat(t, "openai", "openai", "", "Authorization: Bearer "+key).Status)
		res := d.chat(t, "openai", "openai", "", "Authorization: Bearer "+key)
		require.Equal(t, 429, res.Status)
		require.Contains(t, res.Body, whose)
	}
}

func TestARotatedValueWorksUntilItsOverlapEnds(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d, keys, minter := stored(t, over(up.URL))
	now, before, ended := minter.Mint(), minter.Mint(), minter.Mint()
	digest := virtualkey.DigestOf(now).String()
	key := virtualkey.Record{ID: "a", Active: true, Bounds: virtualkey.Bounds{RateLimit: virtualkey.RateLimit{Requests: virtualkey.Window{Max: 2, Period: time.Hour}}}}
	keys.put(now, key)
	keys.put(before, virtualkey.Record{ID: "a", Active: true, Successor: digest, Expires: time.Now().Add(time.Hour)})
	keys.put(ended, virtualkey.Record{ID: "a", Active: true, Successor: digest, Expires: time.Now().Add(-time.Second)})
	call := func(key string) int {
		return d.chat(t, "openai", "openai", "", "Authorization: Bearer "+key).Status
	}
	require.Equal(t, 200, call(now))
	require.Equal(t, 200, call(before))
	require.Equal(t, 403, call(ended))
	require.Equal(t, 429, call(before), "they are one key")
	d.Gateway.VirtualKeyChanged(virtualkey.Change{Digest: virtualkey.DigestOf(now), Revision: 9, Record: &virtualkey.Record{ID: "a"}})
	require.Equal(t, 403, call(before), "what holds for the key holds for its old value")
}
