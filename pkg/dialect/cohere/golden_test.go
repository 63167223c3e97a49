package cohere

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// eachFile runs a test for every file of a folder of testdata.
func eachFile(t *testing.T, pattern string, test func(t *testing.T, name string, data []byte)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			test(t, filepath.Base(file), data)
		})
	}
}

func decodeRequest(t testing.TB, op api.Op, body string) *api.Request {
	t.Helper()
	h := dialect.Head{Op: op}
	require.Nil(t, Codec.Peek(&h, []byte(body)))
	var r api.Request
	require.Nil(t, Codec.DecodeRequest(&h, []byte(body), &r))
	return &r
}

func appendRequest(t testing.TB, r *api.Request) string {
	t.Helper()
	out, err := Codec.AppendRequest(nil, r, &dialect.Quirks{})
	require.Nil(t, err)
	require.True(t, json.Valid(out), "%s", out)
	return string(out)
}

// readStream decodes a whole stream, closed by the provider behind its last byte.
func readStream(t testing.TB, wire []byte) []api.Event {
	t.Helper()
	var split sse.Splitter
	split.Feed(wire)
	r := Codec.Reader(api.OpChat)
	var events []api.Event
	var ev sse.Event
	for {
		ok, err := split.Next(&ev)
		require.NoError(t, err)
		if !ok {
			return r.Close(events)
		}
		// A copy of its own for each, since the events borrow from it.
		own := sse.Event{Name: slices.Clone(ev.Name), Data: slices.Clone(ev.Data), Comment: ev.Comment}
		events = r.Read(events, &own)
	}
}

func writeStream(events []api.Event) []byte {
	w := Codec.Writer(&dialect.Head{Op: api.OpChat})
	var out []byte
	for i := range events {
		out = w.Append(out, &events[i])
	}
	return out
}

func TestRequestReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "requests/*.json", func(t *testing.T, _ string, body []byte) {
		body = bytes.Replace(body, []byte(`,"stream":false`), nil, 1)
		require.JSONEq(t, string(body), appendRequest(t, decodeRequest(t, api.OpChat, string(body))))
	})
}

func TestAnswerReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "recorded/*.json", func(t *testing.T, _ string, body []byte) {
		var r api.Response
		require.Nil(t, Codec.DecodeResponse(api.OpChat, body, &r))
		require.JSONEq(t, unbilled(t, body), unbilled(t, Codec.AppendResponse(nil, &dialect.Head{Op: api.OpChat}, &r)))
	})
}

// unbilled takes out what is billed of the tokens, which the vocabulary does not know.
func unbilled(t *testing.T, body []byte) string {
	var v map[string]any
	require.NoError(t, json.Unmarshal(body, &v))
	delete(v["usage"].(map[string]any), "billed_units")
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

func TestStreamReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "recorded/*.sse", func(t *testing.T, _ string, wire []byte) {
		events := readStream(t, wire)
		require.Equal(t, events, readStream(t, writeStream(events)))
	})
}
