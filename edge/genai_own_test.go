package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// An upload by Google's resumable protocol: what begins it is answered with the
// address that the bytes go to, which has to lead through the gateway too.
func TestAnUploadToGoogleGoesThroughTheGatewayInBothOfItsSteps(t *testing.T) {
	var up *upstreamtest.Server
	var got *upstreamtest.Exchange
	up = upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		got = x
		if x.Header.Get("X-Goog-Upload-Command") == "start" {
			x.JSON(200, `{}`, "X-Goog-Upload-Url: https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=abc&upload_protocol=resumable", "X-Goog-Upload-Status: active")
			return
		}
		x.JSON(200, `{"file":{"name":"files/1"}}`, "X-Goog-Upload-Status: final")
	})
	d := open(t, over(up.URL))
	res := d.post(t, "/genai/upload/v1beta/files?key=sk-mine", `{"file":{"displayName":"x"}}`,
		"X-Goog-Upload-Protocol: resumable", "X-Goog-Upload-Command: start", "X-Goog-Upload-Header-Content-Length: 300000")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/upload/v1beta/files", up.LastURI())
	require.Equal(t, "sk-canary-gemini-0123456789", got.Header.Get("X-Goog-Api-Key"))
	require.Equal(t, "resumable", got.Header.Get("X-Goog-Upload-Protocol"))
	there := res.Header.Get("X-Goog-Upload-Url")
	path, ok := strings.CutPrefix(there, d.URL(""))
	require.True(t, ok, there)
	require.Equal(t, "/genai/upload/v1beta/files?key=sk-mine&upload_id=abc&upload_protocol=resumable", path, "the bytes come without a key of the caller's but this one")

	res = d.post(t, path, strings.Repeat("x", 300_000), "Content-Type: ", "X-Goog-Upload-Command: upload, finalize", "X-Goog-Upload-Offset: 0")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "final", res.Header.Get("X-Goog-Upload-Status"))
	require.Equal(t, "/upload/v1beta/files?upload_id=abc&upload_protocol=resumable", up.LastURI())
	require.Len(t, got.BodyBytes, 300_000)
	require.Equal(t, "upload, finalize", got.Header.Get("X-Goog-Upload-Command"))
}

func TestWhatGooglesAPIKeepsIsReachedAtItsOwnPaths(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	for _, path := range []string{
		"/v1beta/files/abc", "/v1beta/files?pageSize=2", "/v1beta/files/abc:download?alt=media", "/v1beta/batches/b1", "/v1beta/cachedContents",
		"/v1beta/models/veo-3/operations/o1", "/v1beta/operations/o1", "/v1beta/interactions/i1",
	} {
		res := do(t, "GET", d.URL("/genai"+path), "")
		require.Equal(t, 200, res.Status, path)
		require.Equal(t, path, up.LastURI())
	}
	for _, path := range []string{"/v1beta/models/imagen-4:predict", "/v1beta/models/veo-3:predictLongRunning", "/v1beta/models/gemini-2.5-flash:batchGenerateContent", "/v1beta/batches/b1:cancel"} {
		require.Equal(t, 200, d.post(t, "/genai"+path, `{}`).Status, path)
		require.Equal(t, path, up.LastURI())
	}
	hits := up.Hits()
	for _, path := range []string{"/genai/v1beta/nothing/x", "/genai/v9/files/x", "/genai/v1beta/files/..%2fx", "/genai/v1beta/files/../x", "/genai/upload", "/genai/v1beta/models/x:nothing"} {
		require.Equal(t, 404, do(t, "GET", d.URL(path), "").Status, path)
	}
	require.Equal(t, hits, up.Hits())
}

func TestAKeyForSomeModelsMayKeepFilesAtGoogleButNotAskForOthers(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	cfg := over(up.URL)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{
		ID: "1", Value: "sk-bf-limited", Providers: []config.VirtualKeyProvider{{Provider: "gemini", AllowedModels: []string{"imagen-4"}}},
	}}
	d := open(t, cfg)
	require.Equal(t, 200, d.post(t, "/genai/upload/v1beta/files", `{}`, limitedKey).Status)
	require.Equal(t, 200, d.post(t, "/genai/v1beta/models/imagen-4:predict", `{}`, limitedKey).Status)
	require.Equal(t, 403, d.post(t, "/genai/v1beta/models/veo-3:predictLongRunning", `{}`, limitedKey).Status)
}
