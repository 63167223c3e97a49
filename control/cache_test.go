package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
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
