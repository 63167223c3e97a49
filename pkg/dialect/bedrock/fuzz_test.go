package bedrock

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// FuzzInvoke reads bodies in whichever form and answers them: nothing panics, and what
// is written is whole.
func FuzzInvoke(f *testing.F) {
	for _, body := range []string{
		`{"anthropic_version":"x","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}`,
		`{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"max_new_tokens":5}}`,
		`{"messages":[{"role":"user","content":"hi"}],"max_tokens":5}`,
		`{"prompt":"<s>[INST] hi [/INST]","max_tokens":5}`, `{"prompt":"hi","max_gen_len":5}`,
		`{"inputText":"hi","textGenerationConfig":{"maxTokenCount":5}}`, `{"inputText":"hi","dimensions":5}`,
		`{"texts":["hi"],"input_type":"search_query","embedding_types":["float"]}`, `{"fallbacks":["a/b"],"taskType":1}`,
	} {
		f.Add([]byte(body), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, stream bool) {
		h := dialect.Head{Op: api.OpChat, Model: "m", Stream: stream}
		if Invoke.Peek(&h, body) != nil {
			return
		}
		require.Equal(t, "m", h.Model)
		require.Equal(t, stream, h.Stream)
		require.NoError(t, jsonx.Valid(jsonx.Apply(nil, body, Invoke.AppendEdits(nil, &h, "m", &dialect.Quirks{}))))
		var r api.Request
		if Invoke.DecodeRequest(&h, body, &r) != nil {
			return
		}
		answer := api.Response{Op: h.Op, Choices: []api.Choice{{Parts: []api.Part{{Text: "x"}}, Finish: api.FinishStop}}, Embeddings: [][]float32{{1, 2}}, Usage: api.Usage{Input: 1, Output: 2, Known: true}}
		require.NoError(t, jsonx.Valid(Invoke.AppendResponse(nil, &h, &answer)))

		w := Invoke.Writer(&h)
		var wire []byte
		for _, e := range []api.Event{
			{Kind: api.EventStart},
			{Kind: api.EventPart},
			{Kind: api.EventDelta, Text: "x"},
			{Kind: api.EventFinish, Finish: api.FinishStop},
			{Kind: api.EventUsage, Usage: answer.Usage},
			{Kind: api.EventEnd},
		} {
			wire = w.Append(wire, &e)
		}
		var e eventstream.Reader
		var m eventstream.Message
		for e.Feed(wire); ; {
			ok, err := e.Next(&m)
			require.NoError(t, err)
			if !ok {
				break
			}
			v, ok := chunkOf(m.Payload)
			require.True(t, ok, "%s", m.Payload)
			if u := metricsOf(v); u.Known {
				require.Equal(t, answer.Usage, u)
			}
		}
	})
}
