package ui

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// built is a small UI.
func built() *pages {
	return read(fstest.MapFS{
		"index.html":          {Data: []byte(`<script>let a</script><script type="module" src="/ui/assets/index-1.js"></script>`)},
		"icon.svg":            {Data: []byte("<svg/>")},
		"assets/index-1.js":   {Data: []byte(strings.Repeat("let a = 1;", 100))},
		"assets/picture.webp": {Data: []byte("RIFF")},
	})
}

func ask(p *pages, path string, headers ...string) *fasthttp.Response {
	var ctx fasthttp.RequestCtx
	ctx.Request.SetRequestURI(path)
	for i := 0; i < len(headers); i += 2 {
		ctx.Request.Header.Set(headers[i], headers[i+1])
	}
	p.serve(&ctx, string(ctx.Path()))
	return &ctx.Response
}

func TestRoutesOfThePagesAreThePage(t *testing.T) {
	for _, path := range []string{"/", "/ui/", "/ui/calls", "/ui/keys/a%2Fb", "/ui/index.html"} {
		r := ask(built(), path)
		require.Equal(t, 200, r.StatusCode(), path)
		require.Contains(t, string(r.Body()), "index-1.js", path)
		require.Equal(t, "no-cache", string(r.Header.Peek("Cache-Control")), path)
		require.Equal(t, "text/html; charset=utf-8", string(r.Header.ContentType()), path)
	}
}

func TestAssetsMayBeKeptForever(t *testing.T) {
	r := ask(built(), "/ui/assets/index-1.js")
	require.Equal(t, "text/javascript; charset=utf-8", string(r.Header.ContentType()))
	require.Equal(t, "public, max-age=31536000, immutable", string(r.Header.Peek("Cache-Control")))
}

// A tab of an older version must not take the page for a script.
func TestAnAssetThatThereIsNotIsNotFound(t *testing.T) {
	for _, path := range []string{"/ui/assets/index-0.js", "/ui/assets/", "/ui/assets/../index.html.js"} {
		r := ask(built(), path)
		if path == "/ui/assets/../index.html.js" {
			require.Equal(t, 200, r.StatusCode(), "it is a route")
			continue
		}
		require.Equal(t, 404, r.StatusCode(), path)
	}
}

func TestBodiesArePackedAsTheBrowserTakesThem(t *testing.T) {
	p := built()
	plain := ask(p, "/ui/assets/index-1.js")
	for accepted, encoding := range map[string]string{"gzip, deflate, br": "br", "gzip": "gzip", "identity": "", "": ""} {
		r := ask(p, "/ui/assets/index-1.js", "Accept-Encoding", accepted)
		require.Equal(t, encoding, string(r.Header.Peek("Content-Encoding")), accepted)
		require.Equal(t, "Accept-Encoding", string(r.Header.Peek("Vary")))
		body, err := r.BodyUncompressed()
		require.NoError(t, err)
		require.Equal(t, string(plain.Body()), string(body))
	}
	require.Empty(t, ask(p, "/ui/assets/picture.webp", "Accept-Encoding", "br").Header.Peek("Content-Encoding"), "it is packed already")
}

func TestWhatTheBrowserHasIsNotSentAgain(t *testing.T) {
	p := built()
	etag := string(ask(p, "/ui/", "Accept-Encoding", "br").Header.Peek("ETag"))
	r := ask(p, "/ui/", "Accept-Encoding", "br", "If-None-Match", `W/"x", `+etag)
	require.Equal(t, 304, r.StatusCode())
	require.Empty(t, r.Body())
	require.Equal(t, etag, string(r.Header.Peek("ETag")))
	require.Equal(t, 200, ask(p, "/ui/", "If-None-Match", etag).StatusCode(), "it is of another encoding")
}

func TestThePolicyAllowsTheScriptsOfThePageAlone(t *testing.T) {
	policy := string(ask(built(), "/").Header.Peek("Content-Security-Policy"))
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "script-src 'self' 'sha256-")
	require.Equal(t, 1, strings.Count(policy, "sha256-"))
	require.Contains(t, policy, "require-trusted-types-for 'script'")
	require.NotContains(t, policy, "unsafe")
}

func TestThePagesAreOnlyRead(t *testing.T) {
	var ctx fasthttp.RequestCtx
	ctx.Request.SetRequestURI("/")
	ctx.Request.Header.SetMethod("POST")
	With(nil)(&ctx)
	require.Equal(t, 405, ctx.Response.StatusCode())
}

func TestAllOtherPathsAreLeftToTheRest(t *testing.T) {
	for _, path := range []string{"/ui", "/uix", "/api/config", "/v1/models", "/ws"} {
		var ctx fasthttp.RequestCtx
		ctx.Request.SetRequestURI(path)
		left := false
		With(func(*fasthttp.RequestCtx) { left = true })(&ctx)
		require.True(t, left, path)
	}
}

// assetsOf finds the files that a page names.
var assetsOf = regexp.MustCompile(`/ui/(assets/[^"]+)`)

func TestThePagesAreSmall(t *testing.T) {
	p := load()
	first := map[string]bool{indexName: true}
	for _, found := range assetsOf.FindAllSubmatch(p.index.body, -1) {
		first[string(found[1])] = true
	}
	require.GreaterOrEqual(t, len(first), 3, "the page, a script and a style")
	sum := 0
	for name, f := range p.files {
		size := len(f.as("gzip"))
		if first[name] {
			sum += size
			continue
		}
		require.Less(t, size, 60<<10, "%s is too large for a part that is loaded later", name)
	}
	require.LessOrEqual(t, sum, 250<<10, "of the first load, packed")
	t.Logf("first load: %d bytes", sum)
}
