package anthropic

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
			test(t, filepath.Base(file), readFile(t, file))
		})
	}
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return data
}

// peekBody reads the head of a body that has to pass.
func peekBody(t testing.TB, op api.Op, body []byte) *dialect.Head {
	t.Helper()
	h := &dialect.Head{Op: op}
	require.Nil(t, Codec.Peek(h, body))
	return h
}

func decodeRequest(t testing.TB, op api.Op, body []byte) *api.Request {
	t.Helper()
	var r api.Request
	require.Nil(t, Codec.DecodeRequest(peekBody(t, op, body), body, &r))
	return &r
}

func appendRequest(t testing.TB, r *api.Request) string {
	t.Helper()
	out, err := Codec.AppendRequest(nil, r, &dialect.Quirks{})
	require.Nil(t, err)
	require.True(t, json.Valid(out), "%s", out)
	return string(out)
}

// plain writes out what a body may abbreviate: a content or system that is a
// string means one text block.
func plain(t testing.TB, body []byte) string {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(body, &v))
	out, err := json.Marshal(spellOut(v))
	require.NoError(t, err)
	return string(out)
}

func spellOut(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = spellOut(v[i])
		}
	case map[string]any:
		for key, member := range v {
			if s, ok := member.(string); ok && (key == "content" || key == "system") {
				member = []any{map[string]any{"type": "text", "text": s}}
			}
			v[key] = spellOut(member)
		}
	}
	return v
}

func TestRequestReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "requests/*.json", func(t *testing.T, file string, body []byte) {
		op := api.OpChat
		if file == "count-tokens.json" {
			op = api.OpCountTokens
		}
		require.JSONEq(t, plain(t, body), plain(t, []byte(appendRequest(t, decodeRequest(t, op, body)))))
	})
}

func TestAnswerReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "answers/*.json", func(t *testing.T, file string, body []byte) {
		op := api.OpChat
		if file == "models.json" {
			op = api.OpModels
		}
		var r api.Response
		require.Nil(t, Codec.DecodeResponse(op, body, &r))
		out := Codec.AppendResponse(nil, &dialect.Head{Op: op}, &r)
		require.JSONEq(t, withCacheCounts(t, body), withCacheCounts(t, out))
	})
}

// withCacheCounts adds the counts that an answer may leave out when they are 0.
func withCacheCounts(t *testing.T, body []byte) string {
	var v map[string]any
	require.NoError(t, json.Unmarshal(body, &v))
	if u, ok := v["usage"].(map[string]any); ok {
		for _, key := range []string{"cache_creation_input_tokens", "cache_read_input_tokens"} {
			if u[key] == nil {
				u[key] = 0
			}
		}
	}
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

func TestStreamReachesTheSameDialectUnchanged(t *testing.T) {
	eachFile(t, "streams/*.sse", func(t *testing.T, _ string, wire []byte) {
		events := readStream(t, wire)
		again := readStream(t, writeStream(&dialect.Head{Op: api.OpChat}, events))
		require.Equal(t, withoutErrorBody(events), withoutErrorBody(again))
	})
}

func withoutErrorBody(events []api.Event) []api.Event {
	for i := range events {
		if events[i].Err != nil {
			events[i].Err.Raw = nil
		}
	}
	return events
}

func TestStreamSaysWhatTheWholeAnswerSays(t *testing.T) {
	for _, name := range []string{"text", "tools", "tool-no-args", "thinking"} {
		t.Run(name, func(t *testing.T) {
			var whole api.Response
			require.Nil(t, Codec.DecodeResponse(api.OpChat, readFile(t, "testdata/answers/"+name+".json"), &whole))
			parts, finish := gather(readStream(t, readFile(t, "testdata/streams/"+name+".sse")))
			for i := range whole.Choices[0].Parts {
				if call := whole.Choices[0].Parts[i].Call; call != nil {
					parts[i].Call.ID = call.ID // the mock makes a new one each time
				}
			}
			require.Equal(t, whole.Choices[0].Parts, parts)
			require.Equal(t, whole.Choices[0].Finish, finish)
		})
	}
}

// gather puts the events of a stream together.
func gather(events []api.Event) (parts []api.Part, finish api.Finish) {
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case api.EventPart:
			p := api.Part{Kind: e.PartKind, Raw: e.Raw, RawOf: e.RawOf}
			if e.PartKind == api.PartToolCall {
				p.Call = &api.ToolCall{ID: e.CallID, Name: e.Name}
			}
			parts = append(parts, p)
		case api.EventDelta:
			if p := &parts[e.Part]; p.Call != nil {
				p.Call.Args = append(p.Call.Args, e.Text...)
			} else {
				p.Text += e.Text
			}
		case api.EventSign:
			parts[e.Part].Signature += e.Signature
			parts[e.Part].SignatureOf = e.SignatureOf
		case api.EventCitation:
			parts[e.Part].Citations = append(parts[e.Part].Citations, *e.Citation)
		case api.EventFinish:
			finish = e.Finish
		}
	}
	return parts, finish
}

// readStream decodes a whole stream, closed by the provider behind its last byte.
func readStream(t testing.TB, wire []byte) []api.Event {
	t.Helper()
	var split sse.Splitter
	split.Reset(0)
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

func writeStream(h *dialect.Head, events []api.Event) []byte {
	w := Codec.Writer(h)
	var out []byte
	for i := range events {
		out = w.Append(out, &events[i])
	}
	return out
}

// wire makes a stream of data objects, each named by its type.
func wire(data ...string) []byte {
	var out []byte
	for _, d := range data {
		var head struct{ Type string }
		if err := json.Unmarshal([]byte(d), &head); err != nil {
			panic(err)
		}
		out = sse.AppendEvent(out, head.Type, []byte(d))
	}
	return out
}

// frames returns the data of each event of a stream, and checks its name.
func frames(t testing.TB, wire []byte) []string {
	t.Helper()
	var list []string
	for frame := range strings.SplitSeq(strings.TrimSuffix(string(wire), "\n\n"), "\n\n") {
		name, data, found := strings.Cut(frame, "\n")
		require.True(t, found, frame)
		data = strings.TrimPrefix(data, "data: ")
		var head struct{ Type string }
		require.NoError(t, json.Unmarshal([]byte(data), &head), data)
		require.Equal(t, "event: "+head.Type, name)
		list = append(list, data)
	}
	return list
}
