package responses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

func seed(f *testing.F, folders ...string) {
	for _, folder := range folders {
		for _, body := range golden(f, folder) {
			f.Add(body)
		}
	}
}

func FuzzPeek(f *testing.F) {
	seed(f, "requests")
	f.Fuzz(func(t *testing.T, body []byte) {
		h := dialect.Head{Op: api.OpChat}
		if responses.Codec.Peek(&h, body) != nil {
			return
		}
		out := jsonx.Apply(nil, body, responses.Codec.AppendEdits(nil, &h, "other\"model", &dialect.Quirks{NoStore: true}))
		again := dialect.Head{Op: h.Op}
		noError(t, responses.Codec.Peek(&again, out))
		require.Equal(t, `other"model`, again.Model)
		require.Empty(t, again.Fallbacks)
		require.Equal(t, h.MaxTokens, again.MaxTokens)
		require.Nil(t, again.StoreEdit.New, "it says that nothing is to be stored")
	})
}

func FuzzDecodeRequest(f *testing.F) {
	seed(f, "requests")
	f.Fuzz(func(t *testing.T, body []byte) {
		h := dialect.Head{Op: api.OpChat}
		if responses.Codec.Peek(&h, body) != nil {
			return
		}
		var r api.Request
		if responses.Codec.DecodeRequest(&h, body, &r) != nil {
			return
		}
		if out, err := responses.Codec.AppendRequest(nil, &r, &dialect.Quirks{}); err == nil {
			require.NoError(t, jsonx.Valid(out), string(out))
		}
		out := responses.Codec.AppendResponse(nil, &h, &api.Response{Op: api.OpChat})
		require.NoError(t, jsonx.Valid(out), string(out))
	})
}

func FuzzDecodeResponse(f *testing.F) {
	seed(f, "answers", "recorded")
	f.Fuzz(func(t *testing.T, body []byte) {
		usage, err := responses.Codec.Inspect(api.OpChat, body)
		var r api.Response
		if responses.Codec.DecodeResponse(api.OpChat, body, &r) != nil {
			return
		}
		require.Nil(t, err)
		require.Equal(t, usage, r.Usage)
		out := responses.Codec.AppendResponse(nil, &dialect.Head{}, &r)
		require.NoError(t, jsonx.Valid(out), string(out))
	})
}

func FuzzReader(f *testing.F) {
	seed(f, "streams", "recorded")
	f.Fuzz(func(t *testing.T, stream []byte) {
		tap, reader := responses.Codec.Tap(&dialect.Head{}), responses.Codec.Reader(api.OpChat)
		writer := responses.Codec.Writer(&dialect.Head{ToolForms: []dialect.ToolForm{{Name: "write_sql", Own: "write_sql", Custom: true}}})
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
		split(t, wire, func(ev *sse.Event) { require.NoError(t, jsonx.Valid(ev.Data), string(ev.Data)) })
	})
}
