package ui

import (
	"strings"

	"github.com/valyala/fasthttp"
)

const (
	// Prefix is what the paths of the UI's pages and files begin with. They have one, since the
	// inference API has names like /mcp for itself. The page is at / as well.
	Prefix = "/ui/"
	// assets are those files whose names change with what is in them.
	assets = "assets/"
)

// Has says whether a path is one of the UI.
func Has(path string) bool {
	return path == "/" || strings.HasPrefix(path, Prefix)
}

// With answers the paths of the UI, and leaves all others to rest.
func With(rest fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if path := string(ctx.Path()); Has(path) {
			load().serve(ctx, path)
			return
		}
		rest(ctx)
	}
}

func (p *pages) serve(ctx *fasthttp.RequestCtx, path string) {
	if !ctx.IsGet() && !ctx.IsHead() {
		ctx.Response.Header.Set("Allow", "GET, HEAD")
		ctx.Error("This path takes GET.\n", fasthttp.StatusMethodNotAllowed)
		return
	}
	h := &ctx.Response.Header
	h.Set("Content-Security-Policy", p.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	f, caching := p.find(path)
	if f == nil {
		ctx.SetStatusCode(fasthttp.StatusNotFound)
		ctx.SetContentType("text/plain; charset=utf-8")
		ctx.SetBodyString("There is no such file. The page is of another version: load it anew.\n")
		return
	}
	h.Set("Cache-Control", caching)
	h.Set("Vary", "Accept-Encoding")
	body, etag := f.body, f.etag
	for _, encoding := range []string{"br", "gzip"} {
		if f.packed[encoding] != nil && ctx.Request.Header.HasAcceptEncoding(encoding) {
			body, etag = f.as(encoding), f.etag+"-"+encoding
			h.Set("Content-Encoding", encoding)
			break
		}
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	ctx.SetContentType(f.kind)
	if strings.Contains(string(ctx.Request.Header.Peek("If-None-Match")), etag) {
		ctx.NotModified()
		h.Set("ETag", etag)
		return
	}
	ctx.Response.SetBodyRaw(body)
}

// find returns the file at a path, and how long it may be kept. Routes of the pages, which are
// no files, have the page itself; a file of assets that there is not has nothing.
func (p *pages) find(path string) (f *file, caching string) {
	name := strings.TrimPrefix(path, Prefix)
	if strings.HasPrefix(name, assets) {
		return p.files[name], "public, max-age=31536000, immutable"
	}
	if f = p.files[name]; f != nil && f != p.index {
		return f, "no-cache"
	}
	return p.index, "no-cache"
}
