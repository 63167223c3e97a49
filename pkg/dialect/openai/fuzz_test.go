package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

var ops = [...]api.Op{api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpModels}

func opFor(n uint8) api.Op { return ops[int(n)%len(ops)] }

func seed(f *testing.F, folder string) {
	for _, body := range golden(f, folder) {
		for i := range ops {
			f.Add(uint8(i), body)
		}
	}
}

func FuzzPeek(f *testing.F) {
	seed(f, "requests")
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		h := dialect.Head{Op: opFor(n)}
		if openai.Codec.Peek(&h, body) != nil || h.Op == api.OpModels {
			return
		}
		out := jsonx.Apply(nil, body, openai.Codec.AppendEdits(nil, &h, "other\"model", &dialect.Quirks{}))
		again := dialect.Head{Op: h.Op}
		noError(t, openai.Codec.Peek(&again, out))
		require.Equal(t, `other"model`, again.Model)
		require.Empty(t, again.Fallbacks)
		require.True(t, !h.Stream || again.StreamUsage)
		require.Equal(t, h.MaxTokens, again.MaxTokens)
	})
}

func FuzzDecodeRequest(f *testing.F) {
	seed(f, "requests")
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		h := dialect.Head{Op: opFor(n)}
		if openai.Codec.Peek(&h, body) != nil {
			return
		}
		var r api.Request
		if openai.Codec.DecodeRequest(&h, body, &r) != nil || h.Op == api.OpModels {
			return
		}
		out, err := openai.Codec.AppendRequest(nil, &r, &dialect.Quirks{ReasoningField: "reasoning_details"})
		if err == nil {
			require.NoError(t, jsonx.Valid(out), string(out))
		}
	})
}

func FuzzDecodeResponse(f *testing.F) {
	seed(f, "answers")
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		op := opFor(n)
		usage, err := openai.Codec.Inspect(op, body)
		e := openai.Codec.DecodeError(500, body)
		_, out := openai.Codec.AppendError(nil, e)
		require.NoError(t, jsonx.Valid(out), string(out))
		var r api.Response
		if openai.Codec.DecodeResponse(op, body, &r) != nil {
			return
		}
		require.Nil(t, err)
		if usage.Known {
			require.Equal(t, usage, r.Usage)
		}
		out = openai.Codec.AppendResponse(nil, &dialect.Head{Op: op}, &r)
		require.NoError(t, jsonx.Valid(out), string(out))
	})
}

func FuzzReader(f *testing.F) {
	seed(f, "streams")
	f.Fuzz(func(t *testing.T, n uint8, stream []byte) {
		op := opFor(n)
		h := &dialect.Head{Op: op, StreamUsage: n&4 != 0}
		tap, reader, writer := openai.Codec.Tap(h), openai.Codec.Reader(op), openai.Codec.Writer(h)
		var s sse.Splitter
		s.Reset(1 << 16)
		s.Feed(stream)
		var events []api.Event
		var wire []byte
		write := func() {
			for i := range events {
				wire = writer.Append(wire, &events[i])
			}
			events = events[:0]
		}
		var ev sse.Event
		for {
			ok, err := s.Next(&ev)
			if err != nil || !ok {
				break
			}
			if tap.See(&ev) == dialect.Fail {
				require.NotNil(t, tap.Err())
			}
			events = reader.Read(events, &ev)
			write()
		}
		events = reader.Close(events)
		write()
		for _, ev := range split(t, wire) {
			if string(ev.Data) != "[DONE]" {
				require.NoError(t, jsonx.Valid(ev.Data), string(ev.Data))
			}
		}
	})
}
