package control_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

func TestEveryNodeIsToldWhichAnswersToForget(t *testing.T) {
	d := open(t)
	require.Equal(t, false, d.call(200, "GET", "/api/cache", "")["enabled"])
	for path, want := range map[string]cache.Selection{
		"/api/cache":                               {},
		"/api/cache?namespace=n&model=openai/m":    {Namespace: "n", Model: "openai/m"},
		"/api/cache?virtual_key_id=vk-1":           {Scope: "vk:vk-1"},
		"/api/cache/clear/request-1":               {CallID: "request-1"},
		"/api/cache/clear-by-key/some%20namespace": {Namespace: "some namespace"},
	} {
		d.call(202, "DELETE", path, "")
		require.Equal(t, want, d.purged, path)
	}
	d.call(400, "DELETE", "/api/cache?of=x", "")
}

func TestTheCachesOfAllNodesAreShownByNamespace(t *testing.T) {
	d := open(t)
	node := func(name string, hits int64, shares ...cache.Share) member.State {
		return member.State{Node: name, Cache: &member.Cache{Entries: 1, Hits: hits, Misses: 1, Namespaces: shares}}
	}
	d.nodes.tell(
		node("a", 3, cache.Share{Hits: 3, Misses: 1, SavedCost: 0.5, Entries: 1, Bytes: 10}),
		node("b", 2, cache.Share{Hits: 1, SavedTime: 2}, cache.Share{Namespace: "faq", Hits: 1, Misses: 1}),
	)
	got := d.call(200, "GET", "/api/cache", "")
	require.EqualValues(t, 5, got["total"].(map[string]any)["hits"])
	require.Equal(t, []any{
		map[string]any{"namespace": "", "entries": 1.0, "bytes": 10.0, "hits": 4.0, "misses": 1.0, "saved_cost": 0.5, "saved_seconds": 2.0, "hit_rate": 0.8},
		map[string]any{"namespace": "faq", "entries": 0.0, "bytes": 0.0, "hits": 1.0, "misses": 1.0, "saved_cost": 0.0, "saved_seconds": 0.0, "hit_rate": 0.5},
	}, got["namespaces"])
}

func TestItIsExplainedHowACallFaredWithTheCache(t *testing.T) {
	d := open(t)
	marks := map[string][3]any{
		"":                              {"none", nil, false},
		"guardrail:a/b=flag":            {"none", nil, false},
		"cache:hit":                     {"hit", nil, false},
		"guardrail:a/b=flag,cache:miss": {"miss", nil, true},
		"cache:miss=too_large":          {"miss", "too_large", false},
		"cache:bypass=plugins":          {"bypass", "plugins", false},
	}
	for mark, want := range marks {
		id := "call " + mark
		require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{{CallID: id, RequestID: "req " + mark, Time: time.Now(), Model: "m", Status: 200, Marks: mark}}))
		for _, name := range []string{id, "req " + mark} {
			got := d.call(200, "POST", "/api/cache/explain", fmt.Sprintf(`{"id":%q}`, name))
			require.Equal(t, want, [3]any{got["outcome"], got["reason"], got["kept"]}, mark)
			require.Equal(t, id, got["id"])
			require.NotEmpty(t, got["explanation"])
		}
	}
	d.call(404, "POST", "/api/cache/explain", `{"id":"none"}`)
	d.call(422, "POST", "/api/cache/explain", `{}`)
}
