package edge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// noRedirects is a client that shows a redirect instead of following it.
var noRedirects = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func TestVideosOfOthersAreMadeLookedAtAndFetchedAsOpenAIsAre(t *testing.T) {
	d, m := behindMock(t, "gemini", "runway", "replicate", "openai")
	for model, want := range map[string]struct{ path, body, location string }{
		"gemini/veo-3.0":         {"/v1beta/models/veo-3.0:predictLongRunning", `{"instances":[{"prompt":"a cat"}],"parameters":{"aspectRatio":"9:16","durationSeconds":8}}`, ""},
		"runway/gen4_turbo":      {"/v1/text_to_video", `{"model":"gen4_turbo","promptText":"a cat","ratio":"720:1280","duration":8}`, "https://dnznrvs05pmza.cloudfront.net/mock.mp4"},
		"replicate/owner/a-film": {"/v1/models/owner/a-film/predictions", `{"input":{"prompt":"a cat","aspect_ratio":"9:16","duration":8}}`, "https://replicate.delivery/mock/0.mp4"},
	} {
		_, name, _ := strings.Cut(model, "/")
		for range 2 {
			res := d.post(t, "/v1/videos", `{"model":"`+model+`","prompt":"a cat","size":"720x1280","seconds":"8"}`)
			id := idIn(t, res)
			require.Equal(t, want.path, last(t, m).Path)
			require.JSONEq(t, want.body, string(last(t, m).Body))
			require.Contains(t, res.Body, `"status":"queued"`)
			require.Contains(t, res.Body, `"model":"`+name+`"`)

			res = do(t, "GET", d.URL("/openai/v1/videos/"+id), "")
			require.Equal(t, id, idIn(t, res))
			require.Contains(t, res.Body, `"status":"completed","progress":100`)
			require.Equal(t, name, res.Header.Get("X-Asbru-Model"))

			req, err := http.NewRequest(http.MethodGet, d.URL("/v1/videos/"+id+"/content"), nil)
			require.NoError(t, err)
			content, err := noRedirects.Do(req)
			require.NoError(t, err)
			require.NoError(t, content.Body.Close())
			require.Equal(t, want.location, content.Header.Get("Location"))
			if want.location == "" {
				require.Equal(t, 200, content.StatusCode)
				require.Equal(t, "video/mp4", content.Header.Get("Content-Type"))
				require.Equal(t, "/v1beta/files/mock:download?alt=media", last(t, m).Path)
				require.NotEmpty(t, last(t, m).Get("X-Goog-Api-Key"))
			} else {
				require.Equal(t, 302, content.StatusCode)
			}
			require.Equal(t, 400, do(t, "DELETE", d.URL("/v1/videos/"+id), "").Status)
		}
	}
	res := d.postForm(t, "/v1/videos", "model", "runway/gen4_turbo", "prompt", "a cat", "seconds", "5")
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"model":"gen4_turbo","promptText":"a cat","ratio":"1280:720","duration":5}`, string(last(t, m).Body))
	res = d.postForm(t, "/v1/videos", "model", "runway/gen4_turbo", "prompt", "a cat", "@input_reference", "png")
	require.Equal(t, 400, res.Status)
	res = d.postForm(t, "/v1/videos", "model", "runway/gen4_turbo", "prompt", "a cat", "@input_reference", strings.Repeat("png", 200<<10))
	require.Equal(t, 400, res.Status)
	require.Equal(t, 404, do(t, "GET", d.URL("/v1/videos/video_asbru_bm9ib2R5fG18bg"), "").Status)
	require.Equal(t, 404, do(t, "GET", d.URL("/v1/videos/video_asbru_!"), "").Status)
	require.Equal(t, 200, d.post(t, "/v1/videos", `{"model":"openai/sora-2","prompt":"a cat"}`).Status)
	d.settled(t, "asbru_streams 0")
}

func TestAVideoThatIsNotDoneCannotBeFetched(t *testing.T) {
	answers := []string{
		`{"name":"models/veo/operations/1"}`, `{"name":"models/veo/operations/1"}`, `{"name":"models/veo/operations/1"}`,
		`{"name":"x","done":true,"error":{"message":"no"}}`, `{"name":"x","done":true,"response":{}}`,
	}
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, answers[x.N-1]) })
	d := open(t, over(up.URL))
	id := idIn(t, d.post(t, "/v1/videos", `{"model":"gemini/veo","prompt":"a cat"}`))
	require.Contains(t, do(t, "GET", d.URL("/v1/videos/"+id), "").Body, `"status":"in_progress"`)
	require.Equal(t, "/v1beta/models/veo/operations/1", up.LastURI())
	res := do(t, "GET", d.URL("/v1/videos/"+id+"/content"), "")
	require.Equal(t, 404, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "video_not_ready", code)
	require.Contains(t, do(t, "GET", d.URL("/v1/videos/"+id), "").Body, `"status":"failed","progress":0,"error":{"code":"failed","message":"no"}`)
	require.Contains(t, do(t, "GET", d.URL("/v1/videos/"+id), "").Body, `"status":"failed"`)
}
