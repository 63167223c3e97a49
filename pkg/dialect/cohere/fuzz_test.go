package cohere

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// seed adds the files of testdata that match as seeds.
func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
}

func FuzzPeek(f *testing.F) {
	seed(f, "requests/*.json")
	f.Add([]byte(`{"fallbacks":[{"provider":"a","model":"b"}],"mod\u0065l":"x","messages":[1]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h := dialect.Head{Op: api.OpChat}
		if Codec.Peek(&h, body) != nil {
			return
		}
		out := jsonx.Apply(nil, body, Codec.AppendEdits(nil, &h, "other", &dialect.Quirks{}))
		again := dialect.Head{Op: api.OpChat}
		require.Nil(t, Codec.Peek(&again, out), "%s", out)
		require.Equal(t, "other", again.Model)
		require.Empty(t, again.Fallbacks)
		require.Equal(t, h.Stream, again.Stream)
		require.Equal(t, h.MaxTokens, again.MaxTokens)
	})
}

func FuzzDecodeRequest(f *testing.F) {
	seed(f, "requests/*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, op := range []api.Op{api.OpChat, api.OpEmbedding} {
			h := dialect.Head{Op: op}
			if Codec.Peek(&h, body) != nil {
				return
			}
			var r api.Request
			if Codec.DecodeRequest(&h, body, &r) != nil {
				return
			}
			out, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
			if err != nil {
				return
			}
			require.NoError(t, jsonx.Valid(out), "%s", out)
			require.Equal(t, string(out), appendRequest(t, decodeRequest(t, op, string(out))), "not the same when read and written again")
		}
	})
}

func FuzzDecodeResponse(f *testing.F) {
	seed(f, "recorded/*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, op := range []api.Op{api.OpChat, api.OpEmbedding, api.OpModels} {
			var r api.Response
			_, inspected := Codec.Inspect(op, body)
			decoded := Codec.DecodeResponse(op, body, &r)
			if inspected != nil {
				require.NotNil(t, decoded)
			}
			if decoded == nil {
				out := Codec.AppendResponse(nil, &dialect.Head{Op: op}, &r)
				require.NoError(t, jsonx.Valid(out), "%s", out)
			}
		}
		_, out := Codec.AppendError(nil, Codec.DecodeError(500, body))
		require.NoError(t, jsonx.Valid(out), "%s", out)
	})
}

func FuzzReader(f *testing.F) {
	seed(f, "recorded/*.sse")
	f.Fuzz(func(t *testing.T, stream []byte) {
		var split sse.Splitter
		split.Reset(0)
		split.Feed(stream)
		r, w, tap := Codec.Reader(api.OpChat), Codec.Writer(&dialect.Head{Op: api.OpChat}), Codec.Tap(&dialect.Head{Op: api.OpChat})
		var out []byte
		var ended bool
		write := func(events []api.Event) {
			for i := range events {
				require.False(t, ended, "an event behind the last one")
				ended = events[i].Kind == api.EventEnd || events[i].Kind == api.EventError
				out = w.Append(out, &events[i])
			}
		}
		var ev sse.Event
		for {
			if ok, err := split.Next(&ev); err != nil || !ok {
				break
			}
			tap.See(&ev)
			write(r.Read(nil, &ev))
		}
		write(r.Close(nil))
		require.True(t, ended)
		split.Reset(0)
		split.Feed(out)
		for {
			ok, err := split.Next(&ev)
			require.NoError(t, err)
			if !ok {
				break
			}
			require.NoError(t, jsonx.Valid(ev.Data), "%s", ev.Data)
		}
		require.Empty(t, split.Rest())
	})
}
