package command

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

func TestWhatIsKeptOfARequestOutlivesIt(t *testing.T) {
	var kept []string
	h := adapted(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		kept = append(kept, r.Method, r.URL.Path, r.URL.Query().Get("q"), r.Host, r.Header.Get("X-Name"))
	}), nil)
	var ctx fasthttp.RequestCtx
	serve := func(method, uri, host, name string) {
		ctx.Request.Reset()
		ctx.Request.Header.SetMethod(method)
		ctx.Request.SetRequestURI(uri)
		ctx.Request.Header.SetHost(host)
		ctx.Request.Header.Set("X-Name", name)
		h(&ctx)
	}
	serve("POST", "/api/first?q=one", "first.test", "alice")
	serve("HEAD", "/api/after?q=two", "after.test", "robby")
	require.Equal(t, []string{
		"POST", "/api/first", "one", "first.test", "alice",
		"HEAD", "/api/after", "two", "after.test", "robby",
	}, kept)
}
