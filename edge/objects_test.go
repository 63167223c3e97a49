package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// idIn reads an object's id.
func idIn(t *testing.T, res answer) string {
	t.Helper()
	var x struct{ ID string }
	require.Equal(t, 200, res.Status, res.Body)
	require.NoError(t, jsonDecode(res.Body, &x))
	require.NotEmpty(t, x.ID)
	return x.ID
}

func TestABatchRunsFromItsFileToItsResults(t *testing.T) {
	d, _ := behindMock(t, "openai")
	line := `{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}}` + "\n"
	file := idIn(t, d.postForm(t, "/v1/files", "purpose", "batch", "@file", strings.Repeat(line, 300)))
	batch := d.post(t, "/v1/batches", `{"input_file_id":"`+file+`","endpoint":"/v1/chat/completions","completion_window":"24h"}`)
	id := idIn(t, batch)
	res := do(t, "GET", d.URL("/openai/v1/batches/"+id), "")
	require.Equal(t, batch.Body, res.Body)
	var b struct {
		Output string `json:"output_file_id"`
	}
	require.NoError(t, jsonDecode(res.Body, &b))
	res = do(t, "GET", d.URL("/openai/files/"+b.Output+"/content"), "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "application/octet-stream", res.Header.Get("Content-Type"))
	require.Equal(t, 300, strings.Count(res.Body, `"chat.completion"`))
	res = do(t, "GET", d.URL("/v1/files?limit=10&provider=openai"), "")
	require.Contains(t, res.Body, file)
	require.Equal(t, 200, do(t, "DELETE", d.URL("/v1/files/"+file), "").Status)
	require.Equal(t, 404, do(t, "GET", d.URL("/v1/files/"+file), "").Status)
	require.Equal(t, 400, d.post(t, "/v1/batches/"+id+"/cancel", "").Status)
}

func TestOtherObjectsAreMadeAndRead(t *testing.T) {
	d, m := behindMock(t, "openai")
	container := idIn(t, d.post(t, "/v1/containers", `{"name":"box"}`))
	file := idIn(t, d.postForm(t, "/v1/containers/"+container+"/files", "@file", "in the box"))
	require.Equal(t, "in the box", do(t, "GET", d.URL("/v1/containers/"+container+"/files/"+file+"/content"), "").Body)

	video := d.post(t, "/v1/videos", `{"model":"openai/sora-2","prompt":"a cat"}`)
	require.JSONEq(t, `{"model":"sora-2","prompt":"a cat"}`, string(last(t, m).Body))
	res := do(t, "GET", d.URL("/v1/videos/"+idIn(t, video)+"/content"), "")
	require.Equal(t, "video/mp4", res.Header.Get("Content-Type"))
	require.Equal(t, 200, d.post(t, "/v1/videos/"+idIn(t, video)+"/remix", `{"prompt":"a dog"}`).Status)
	require.Equal(t, 200, d.postForm(t, "/v1/videos", "model", "openai/sora-2", "prompt", "a cat").Status)
	require.Contains(t, do(t, "GET", d.URL("/v1/videos"), "").Body, idIn(t, video))

	upload := idIn(t, d.post(t, "/v1/uploads", `{"filename":"a.txt","purpose":"user_data","bytes":5,"mime_type":"text/plain"}`))
	part := idIn(t, d.postForm(t, "/v1/uploads/"+upload+"/parts", "@data", "Hello"))
	res = d.post(t, "/v1/uploads/"+upload+"/complete", `{"part_ids":["`+part+`"]}`)
	require.Contains(t, res.Body, `"status":"completed"`)
	require.Equal(t, 404, do(t, "GET", d.URL("/v1/responses/resp_1?stream=true"), "").Status)
	require.Equal(t, "/v1/responses/resp_1?stream=true", last(t, m).Path)
}

func TestTheProviderOfAnObjectIsNamedOrTheOnlyOneThereCanBe(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{"object":"list","data":[]}`) })
	cfg := over(up.URL)
	cfg.Providers["groq"] = cfg.Providers["openai"]
	cfg.Providers["together"] = cfg.Providers["openai"]
	delete(cfg.Providers, "openai")
	d := open(t, cfg)
	for _, c := range []struct{ path, header, provider, code string }{
		{"/v1/files", "", "", "missing_provider"},
		{"/v1/files?provider=groq&limit=2", "", "groq", ""},
		{"/v1/files?limit=2", "X-Model-Provider: together", "together", ""},
		{"/v1/files?limit=2", "X-Bf-Model-Provider: together", "together", ""},
		{"/v1/files?provider=nobody", "", "", "unknown_provider"},
		{"/v1/files?provider=anthropic", "", "", "operation_not_supported"},
		{"/v1/containers", "", "", "operation_not_supported"},
		{"/anthropic/v1/files?limit=2", "", "anthropic", ""},
		{"/v1/messages/batches/b1/results", "", "anthropic", ""},
	} {
		res := do(t, "GET", d.URL(c.path), "", "X-Other: y", or(c.header, "X-Other: z"))
		if c.code == "" {
			require.Equal(t, 200, res.Status, "%s: %s", c.path, res.Body)
			require.Equal(t, c.provider, res.Header.Get("X-Asbru-Provider"), c.path)
			require.NotContains(t, up.LastURI(), "provider")
			continue
		}
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, c.code, code, c.path)
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func TestOneCallersObjectsStayWithOneKey(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	cfg := with(over(up.URL), "openai", func(p *config.Provider) {
		p.Keys = []config.Key{{Name: "a", Value: "sk-a", Weight: 1}, {Name: "b", Value: "sk-b", Weight: 1}, {Name: "c", Value: "sk-c", Weight: 1}}
	})
	d := open(t, cfg)
	used := map[string]string{}
	for range 10 {
		for _, caller := range []string{"u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"} {
			key := do(t, "GET", d.URL("/v1/files/f"), "", "Authorization: Bearer "+caller).Header.Get("X-Asbru-Key")
			require.Contains(t, []string{"", key}, used[caller])
			used[caller] = key
		}
	}
	require.Equal(t, "c", do(t, "GET", d.URL("/v1/files/f"), "", "Authorization: Bearer u1", "X-Asbru-Key: c").Header.Get("X-Asbru-Key"))
}

func TestAPathOfObjectsLeadsNowhereElse(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	for _, path := range []string{
		"/v1/files/..", "/v1/files/../models", "/v1/files/%2e%2e/models", "/v1/files/a%2f..%2f..%2fmodels", "/v1/files/a%2Fb", "/v1/files/./a",
		"/v1/files/a%00", "/v1/files/a%5cb", "/v1/files/%252e%252e", "/v1/files/a/%zz",
	} {
		res, _ := raw(t, d.Addr, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.Equal(t, 404, res.Status, path)
	}
	require.Zero(t, up.Hits())
	require.Equal(t, 405, do(t, "HEAD", d.URL("/v1/files/a"), "").Status)
	res := do(t, "GET", d.URL("/v1/files/a%20b:c"), "")
	require.Equal(t, 200, res.Status)
	require.Equal(t, "/v1/files/a%20b:c", up.LastURI())
}
