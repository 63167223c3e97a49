package genai

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// golden returns a file of testdata.
func golden(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	return b
}

// peeked returns the head of a body that Peek accepts.
func peeked(t testing.TB, h dialect.Head, body []byte) *dialect.Head {
	t.Helper()
	if err := Codec.Peek(&h, body); err != nil {
		t.Fatalf("Peek refused the body: %v", err)
	}
	return &h
}

// decoded returns the canonical form of a request's body.
func decoded(t testing.TB, h dialect.Head, body []byte) *api.Request {
	t.Helper()
	var r api.Request
	if err := Codec.DecodeRequest(peeked(t, h, body), body, &r); err != nil {
		t.Fatalf("DecodeRequest refused the body: %v", err)
	}
	return &r
}

// encoded returns the wire form of a request.
func encoded(t testing.TB, r *api.Request) string {
	t.Helper()
	out, err := Codec.AppendRequest(nil, r, &dialect.Quirks{})
	if err != nil {
		t.Fatalf("AppendRequest refused the request: %v", err)
	}
	require.True(t, json.Valid(out), "not JSON: %s", out)
	return string(out)
}

func chatHead(model string) dialect.Head { return dialect.Head{Op: api.OpChat, Model: model} }

// eventsOf splits a stream into its events.
func eventsOf(t testing.TB, stream []byte) []sse.Event {
	t.Helper()
	var s sse.Splitter
	s.Reset(0)
	s.Feed(stream)
	var all []sse.Event
	for {
		var ev sse.Event
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			return all
		}
		all = append(all, sse.Event{Name: clone(ev.Name), Data: clone(ev.Data), Raw: clone(ev.Raw), Comment: ev.Comment})
	}
}

func clone(b []byte) []byte { return append([]byte(nil), b...) }

// read returns the canonical events of a stream that ends after its last event.
func read(t testing.TB, stream []byte) []api.Event {
	t.Helper()
	r := Codec.Reader(api.OpChat)
	var all []api.Event
	for _, ev := range eventsOf(t, stream) {
		all = r.Read(all, &ev)
	}
	return r.Close(all)
}

// written returns the wire form of a stream of events.
func written(h dialect.Head, events []api.Event) string {
	w := Codec.Writer(&h)
	var dst []byte
	for i := range events {
		dst = w.Append(dst, &events[i])
	}
	return string(dst)
}
