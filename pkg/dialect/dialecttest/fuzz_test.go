package dialecttest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// The targets here carry what one dialect reads to all the others: whatever comes
// from outside, what is written is whole, and nothing panics.

// addExchanges seeds f with the exchanges of every dialect, each as if it came in any.
func addExchanges(f *testing.F, endings ...string) {
	n := 0
	for _, ending := range endings {
		near, err := filepath.Glob("../*/testdata/*" + ending)
		require.NoError(f, err)
		below, err := filepath.Glob("../*/testdata/*/*" + ending)
		require.NoError(f, err)
		for _, file := range append(near, below...) {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			for i, c := range codecs.All() {
				if strings.Contains(file, c.Name()) {
					f.Add(uint8(i), data)
					n++
				}
			}
		}
	}
	require.Positive(f, n)
}

// codec returns the dialect that a fuzzed number stands for.
func codec(n uint8) dialect.Codec { return codecs.All()[int(n)%len(codecs.All())] }

func FuzzRequestInEveryDialect(f *testing.F) {
	addExchanges(f, ".json")
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		c := codec(n)
		for _, op := range []api.Op{api.OpChat, api.OpEmbedding, api.OpCompletion} {
			h := dialect.Head{Op: op}
			if abilities[c.Name()].ModelInPath {
				h.Model = "m"
			}
			if c.Peek(&h, body) != nil {
				continue
			}
			for _, to := range codecs.All() {
				var r api.Request // anew: what writes it may not count on more
				if c.DecodeRequest(&h, body, &r) != nil {
					break
				}
				for _, model := range []string{"gpt-5", "claude-opus-4-8", "claude-3-5-haiku", "gemini-3-pro", "gemini-2.5-pro", "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "amazon.nova-2-lite-v1:0", "cohere.embed-english-v3"} {
					r.Model = model
					out, err := to.AppendRequest(nil, &r, &dialect.Quirks{ReasoningField: "reasoning_details"})
					if err == nil {
						require.NoError(t, jsonx.Valid(out), "%s as %s\n%s", body, to.Name(), out)
					}
				}
			}
		}
	})
}

func FuzzAnswerInEveryDialect(f *testing.F) {
	addExchanges(f, ".json")
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		c := codec(n)
		for _, op := range []api.Op{api.OpChat, api.OpEmbedding, api.OpCompletion, api.OpModels, api.OpCountTokens} {
			var r api.Response
			if c.DecodeResponse(op, body, &r) != nil {
				continue
			}
			for _, to := range codecs.All() {
				out := to.AppendResponse(nil, &dialect.Head{Op: op, Model: "m"}, &r)
				require.NoError(t, jsonx.Valid(out), "%s as %s\n%s", body, to.Name(), out)
			}
		}
	})
}

func FuzzStreamInEveryDialect(f *testing.F) {
	addExchanges(f, ".sse", ".eventstream")
	f.Fuzz(func(t *testing.T, n uint8, wire []byte) {
		from := codec(n)
		r := from.Reader(api.OpChat)
		var writers []dialect.StreamWriter
		for _, to := range codecs.All() {
			writers = append(writers, to.Writer(&dialect.Head{Op: api.OpChat, Model: "m", Stream: true, StreamUsage: true}))
		}
		outs := make([][]byte, len(writers))
		write := func(events []api.Event) {
			for i, w := range writers {
				for j := range events {
					outs[i] = w.Append(outs[i], &events[j])
				}
			}
		}
		var s sse.Splitter
		var ev sse.Event
		var frames eventstream.Events
		if from.Writer(&dialect.Head{}).ContentType() == eventstream.ContentType {
			wire, _ = frames.Next(wire) // what comes before a bad frame counts
		}
		for s.Feed(wire); ; {
			ok, err := s.Next(&ev)
			if !ok || err != nil {
				break
			}
			write(r.Read(nil, &ev))
		}
		write(r.Close(nil))
		for i, out := range outs {
			requireWhole(t, codecs.All()[i], out)
		}
	})
}

// requireWhole checks that each event of a stream is JSON, on one line.
func requireWhole(t *testing.T, c dialect.Codec, out []byte) {
	name := c.Name()
	var s sse.Splitter
	var ev sse.Event
	for s.Feed(dialecttest.Unframe(t, c)(out)); ; {
		ok, err := s.Next(&ev)
		require.NoError(t, err)
		if !ok {
			break
		}
		if string(ev.Data) != "[DONE]" {
			require.NoError(t, jsonx.Valid(ev.Data), "%s: %s", name, ev.Data)
		}
	}
	require.Empty(t, s.Rest(), "%s: %s", name, out)
}
