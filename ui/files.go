package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

//go:embed all:dist
var dist embed.FS

// file is one of the built pages' files. Safe for concurrent use.
type file struct {
	body []byte
	kind string // its media type
	etag string
	// packed are the body's encodings, made when they are first asked for: a start needs none,
	// and what is kept does not depend on a compressor's version.
	packed map[string]*packed
}

// packed is a body in one encoding.
type packed struct {
	once sync.Once
	body []byte
}

// pages are the built files by their paths.
type pages struct {
	files map[string]*file
	// index is the page that all routes of the UI begin with, policy what it may do.
	index  *file
	policy string
}

// indexName is the file of the page itself.
const indexName = "index.html"

var load = sync.OnceValue(func() *pages {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only for a name that is no path
	}
	return read(built)
})

// read takes up built pages.
func read(built fs.FS) *pages {
	p := &pages{files: map[string]*file{}}
	_ = fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error { // what is embedded can be read
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(built, name)
		if err == nil {
			p.files[name] = newFile(name, body)
		}
		return err
	})
	p.index = p.files[indexName]
	if p.index == nil {
		p.index = newFile(indexName, []byte("<!doctype html><title>Asbru</title><p>The pages are not built: make ui."))
	}
	p.policy = policyOf(p.index.body)
	return p
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	f := &file{body: body, kind: kindOf(name), etag: base64.RawURLEncoding.EncodeToString(sum[:12]), packed: map[string]*packed{}}
	if strings.HasPrefix(f.kind, "text/") || strings.Contains(f.kind, "svg") {
		f.packed["br"], f.packed["gzip"] = &packed{}, &packed{}
	}
	return f
}

// kindOf does not go by the machine's table of types, which may know others.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// as returns the body in an encoding, nil if the file has none of that name. It must not be changed.
func (f *file) as(encoding string) []byte {
	p := f.packed[encoding]
	if p == nil {
		return nil
	}
	p.once.Do(func() {
		if encoding == "br" {
			p.body = fasthttp.AppendBrotliBytesLevel(nil, f.body, fasthttp.CompressBrotliBestCompression)
		} else {
			p.body = fasthttp.AppendGzipBytesLevel(nil, f.body, fasthttp.CompressBestCompression)
		}
	})
	return p.body
}
