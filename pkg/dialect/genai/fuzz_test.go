package genai

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// seeds adds the golden files whose names match.
func seeds(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds for %s: %v", pattern, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// heads are those of the requests that have a body.
var heads = []dialect.Head{
	{Op: api.OpChat, Model: "gemini-3-flash"},
	{Op: api.OpCountTokens, Model: "m"},
	{Op: api.OpEmbedding, Model: "e"},
	{Op: api.OpEmbedding, Model: "e", Legacy: true},
	{Op: api.OpRerank},
}

func FuzzParsePath(f *testing.F) {
	f.Add("/v1beta/models/openai%2Fgpt-4o:generateContent")
	f.Add("/v1/projects/p/locations/l/publishers/google/models/m:countTokens")
	f.Fuzz(func(t *testing.T, path string) {
		h, ok := ParsePath(path)
		if !ok || h.Op == api.OpModels {
			return
		}
		sent := string(Codec.AppendPath(nil, h.Op, h.Model, h.Stream))
		again, ok := ParsePath("/v1beta" + cutQuery(sent))
		if h.Legacy {
			again.Legacy = true // sent on in its newer form
		}
		if !ok || again.Op != h.Op || resourceName(again.Model) != resourceName(h.Model) || again.Stream != h.Stream {
			t.Fatalf("%q names %+v, is sent as %q, which names %+v", path, h, sent, again)
		}
	})
}

func cutQuery(path string) string {
	for i := range path {
		if path[i] == '?' {
			return path[:i]
		}
	}
	return path
}

func FuzzPeek(f *testing.F) {
	seeds(f, "request_*.json")
	seeds(f, "rank_request.json")
	f.Add([]byte(`{"requests":[{"model":"models/x"},{"content":{}}],"fallbacks":["a/b"]}`))
	f.Add([]byte(`{"generateContentRequest":{"model":"models/x","contents":[{}]},"fallbacks":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, h := range heads {
			if err := Codec.Peek(&h, body); err != nil {
				continue
			}
			edits := Codec.AppendEdits(nil, &h, "real", &dialect.Quirks{})
			sent := jsonx.Apply(nil, body, edits)
			if err := jsonx.Valid(sent); err != nil {
				t.Fatalf("%q is sent as %q: %v", body, sent, err)
			}
			again := dialect.Head{Op: h.Op, Model: h.Model, Legacy: h.Legacy}
			if err := Codec.Peek(&again, sent); err != nil {
				t.Fatalf("%q is sent as %q: %v", body, sent, err)
			}
		}
	})
}

func FuzzDecodeRequest(f *testing.F) {
	seeds(f, "request_*.json")
	seeds(f, "rank_request.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, h := range heads {
			var r api.Request
			if Codec.Peek(&h, body) != nil || Codec.DecodeRequest(&h, body, &r) != nil {
				continue
			}
			out, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
			if err == nil && jsonx.Valid(out) != nil {
				t.Fatalf("%q became %q", body, out)
			}
		}
	})
}

func FuzzDecodeResponse(f *testing.F) {
	seeds(f, "response_*.json")
	seeds(f, "error_*.json")
	seeds(f, "rank_response.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		Codec.DecodeError(500, body)
		for _, op := range []api.Op{api.OpChat, api.OpEmbedding, api.OpCountTokens, api.OpModels, api.OpRerank} {
			var r api.Response
			if Codec.DecodeResponse(op, body, &r) != nil {
				continue
			}
			if out := Codec.AppendResponse(nil, &dialect.Head{Op: op}, &r); !json.Valid(out) {
				t.Fatalf("%q became %q", body, out)
			}
		}
	})
}

func FuzzReader(f *testing.F) {
	seeds(f, "stream_*.sse")
	f.Fuzz(func(t *testing.T, stream []byte) {
		var s sse.Splitter
		s.Reset(0)
		s.Feed(stream)
		h := dialect.Head{Op: api.OpChat, ArrayStream: true}
		r, w, tap := Codec.Reader(api.OpChat), Codec.Writer(&h), Codec.Tap(&h)
		var out []byte
		var ev sse.Event
		for {
			ok, err := s.Next(&ev)
			if !ok || err != nil {
				break
			}
			tap.See(&ev)
			for _, e := range r.Read(nil, &ev) {
				out = w.Append(out, &e)
			}
		}
		for _, e := range r.Close(nil) {
			out = w.Append(out, &e)
		}
		if !json.Valid(out) {
			t.Fatalf("%q became %q", stream, out)
		}
	})
}
