package edge_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/stretchr/testify/require"
)

// cabinet is a store of virtual keys in memory.
type cabinet struct {
	mu      sync.Mutex
	records map[virtualkey.Digest]*virtualkey.Record
	down    bool
}

func (c *cabinet) Get(_ context.Context, d virtualkey.Digest) (*virtualkey.Record, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, errors.New("away")
	}
	if r := c.records[d]; r != nil {
		return r, nil
	}
	return nil, virtualkey.ErrNotFound
}

func (c *cabinet) put(key string, r virtualkey.Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records[virtualkey.DigestOf(key)] = &r
}

func TestVirtualKeysOfTheStoreAreEnforced(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	keys := &cabinet{records: map[virtualkey.Digest]*virtualkey.Record{}}
	minter := virtualkey.NewMinter(secret.NewKey())
	cfg := over(up.URL)
	cfg.Client.EnforceAuthOnInference = true
	d := startWith(t, cfg, gateway.Options{VirtualKeys: &gateway.VirtualKeys{Source: keys, Minter: minter}})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })

	good, off, old, narrow := minter.Mint(), minter.Mint(), minter.Mint(), minter.Mint()
	keys.put(good, virtualkey.Record{ID: "1", Active: true})
	keys.put(off, virtualkey.Record{ID: "2"})
	keys.put(old, virtualkey.Record{ID: "3", Active: true, Expires: time.Now().Add(-time.Second)})
	keys.put(narrow, virtualkey.Record{ID: "4", Active: true, Grants: []virtualkey.Grant{{Provider: "openai", Models: []string{"other"}}}})
	for name, tc := range map[string]struct {
		key    string
		status int
		code   string
	}{
		"good":             {good, 200, ""},
		"switched off":     {off, 403, "virtual_key_blocked"},
		"expired":          {old, 403, "virtual_key_blocked"},
		"for other models": {narrow, 403, "model_blocked"},
		"not stored":       {minter.Mint(), 403, "virtual_key_not_found"},
		"made up":          {virtualkey.NewMinter(secret.NewKey()).Mint(), 403, "virtual_key_not_found"},
		"none":             {"", 401, "virtual_key_required"},
	} {
		t.Run(name, func(t *testing.T) {
			res := d.chat(t, "openai", "openai", "", "Authorization: Bearer "+tc.key)
			require.Equal(t, tc.status, res.Status, res.Body)
			if tc.code != "" {
				code, _ := errorOf(t, "openai", res)
				require.Equal(t, tc.code, code)
			}
		})
	}

	t.Run("a stranger is told nothing of the body", func(t *testing.T) {
		res := do(t, "POST", d.URL("/v1/chat/completions"), `{"model":7`)
		require.Equal(t, 401, res.Status, res.Body)
	})
	t.Run("revoked", func(t *testing.T) {
		d.Gateway.VirtualKeyChanged(virtualkey.Change{Digest: virtualkey.DigestOf(good), Revision: 2, Record: &virtualkey.Record{ID: "1"}})
		require.Equal(t, 403, d.chat(t, "openai", "openai", "", "Authorization: Bearer "+good).Status)
	})
	t.Run("while the store is away", func(t *testing.T) {
		keys.mu.Lock()
		keys.down = true
		keys.mu.Unlock()
		res := d.chat(t, "openai", "openai", "", "Authorization: Bearer "+minter.Mint())
		require.Equal(t, 503, res.Status)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "virtual_key_unavailable", code)
	})
}
