package openai_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

// fitted returns a body as a provider on a diet gets it.
func fitted(h *dialect.Head, body string, d *dialect.Diet) (string, *api.Error) {
	edits, err := openai.Codec.AppendFit(nil, h, []byte(body), d)
	return string(jsonx.Apply(nil, []byte(body), edits)), err
}

func TestABodyIsMadeToFitItsProvider(t *testing.T) {
	tests := map[string]struct {
		diet       dialect.Diet
		body, want string
	}{
		"nothing to do": {
			dialect.Diet{Refused: []string{"seed"}, NoNames: true, NoStrict: true, ShortCallIDs: true},
			`{"model":"m", "messages":[{"role":"user","content":"hi"}], "x":{"seed":1}}`,
			`{"model":"m", "messages":[{"role":"user","content":"hi"}], "x":{"seed":1}}`,
		},
		"hints": {
			dialect.Diet{Spared: []string{"user", "store"}},
			`{"user":"u","store":true,"model":"m","user":"again"}`,
			`{"model":"m"}`,
		},
		"another name": {
			dialect.Diet{Renamed: map[string]string{"max_completion_tokens": "max_tokens"}},
			`{"max_completion_tokens":5,"model":"m"}`,
			`{"max_tokens":5,"model":"m"}`,
		},
		"another name that is there already": {
			dialect.Diet{Renamed: map[string]string{"max_completion_tokens": "max_tokens"}},
			`{"max_completion_tokens":5,"model":"m","max_tokens":7}`,
			`{"model":"m","max_tokens":7}`,
		},
		"fields that ask for nothing": {
			dialect.Diet{Refused: []string{"logprobs", "logit_bias", "top_logprobs", "seed", "presence_penalty"}, OneChoice: true},
			`{"model":"m","logprobs":false,"logit_bias":{},"top_logprobs":0,"seed":null,"presence_penalty":0.0,"n":1}`,
			`{"model":"m"}`,
		},
		"a word": {
			dialect.Diet{Required: "any"},
			`{"tool_choice":"required"}`,
			`{"tool_choice":"any"}`,
		},
		"a word that is known": {
			dialect.Diet{Required: "any"},
			`{"tool_choice":"auto"}`,
			`{"tool_choice":"auto"}`,
		},
		"names and roles": {
			dialect.Diet{NoNames: true, NoDeveloper: true},
			`{"messages":[{"role":"developer","content":"x","name":"a"},{"name":"b","role":"user","content":"name"}]}`,
			`{"messages":[{"role":"system","content":"x"},{"role":"user","content":"name"}]}`,
		},
		"nulls": {
			dialect.Diet{NoNulls: true},
			`{"messages":[{"role":"assistant","content":null,"refusal":null,"audio":null,"tool_calls":[]}]}`,
			`{"messages":[{"role":"assistant","content":null,"tool_calls":[]}]}`,
		},
		"reasoning": {
			dialect.Diet{NoReasoning: true},
			`{"messages":[{"reasoning":"a","role":"assistant","content":"x","reasoning_content":"b"}]}`,
			`{"messages":[{"role":"assistant","content":"x"}]}`,
		},
		"strict tools": {
			dialect.Diet{NoStrict: true},
			`{"tools":[{"type":"function","function":{"strict":true,"name":"f","parameters":{"strict":1}}},{"type":"custom"}],"n":2}`,
			`{"tools":[{"type":"function","function":{"name":"f","parameters":{"strict":1}}},{"type":"custom"}],"n":2}`,
		},
		"parts that are all text": {
			dialect.Diet{OnlyText: true},
			`{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"\u00e9"}]},{"role":"user","content":[{"type":"image_url"}]}]}`,
			`{"messages":[{"role":"user","content":"a` + "\\n" + `é"},{"role":"user","content":[{"type":"image_url"}]}]}`,
		},
		"thoughts that are lost": {
			dialect.Diet{Thoughts: true},
			`{"messages":[{"role":"assistant","tool_calls":[{"id":"c"}]},{"role":"assistant","content":"x"},{"role":"assistant","reasoning_content":"y","tool_calls":[]}]}`,
			`{"messages":[{"role":"assistant","tool_calls":[{"id":"c"}],"reasoning_content":" "},{"role":"assistant","content":"x"},{"role":"assistant","reasoning_content":"y","tool_calls":[]}]}`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := fitted(&dialect.Head{}, tc.body, &tc.diet)
			require.Nil(t, err)
			require.Equal(t, tc.want, got)
			again, err := fitted(&dialect.Head{}, got, &tc.diet)
			require.Nil(t, err)
			require.Equal(t, got, again, "what fits is left alone")
		})
	}
}

func TestWhatChangesTheAnswerIsRefusedUnlessItMayBeDropped(t *testing.T) {
	diet := dialect.Diet{Refused: []string{"seed", "logprobs", "tool_choice.required"}, OneChoice: true}
	for param, body := range map[string]string{
		"seed":        `{"model":"m","seed":7}`,
		"logprobs":    `{"logprobs":true,"model":"m"}`,
		"n":           `{"n":2,"model":"m"}`,
		"tool_choice": `{"model":"m","tool_choice":"required"}`,
	} {
		_, err := fitted(&dialect.Head{}, body, &diet)
		require.NotNil(t, err, param)
		require.Equal(t, "unsupported_field", err.Code)
		require.Equal(t, param, err.Param)

		h := dialect.Head{DropParams: true}
		got, err := fitted(&h, body, &diet)
		require.Nil(t, err)
		require.Equal(t, `{"model":"m"}`, got)
		require.Equal(t, []string{param}, h.Dropped)
	}
}

func TestACallAndItsResultKeepFindingEachOther(t *testing.T) {
	diet := dialect.Diet{ShortCallIDs: true}
	body := `{"messages":[{"role":"assistant","tool_calls":[{"id":"call_1234567890","type":"function"},{"id":"Ab3456789"}]},` +
		`{"role":"tool","tool_call_id":"call_1234567890","content":"x"},{"role":"tool","tool_call_id":"Ab3456789","content":"y"}]}`
	got, err := fitted(&dialect.Head{}, body, &diet)
	require.Nil(t, err)
	messages := jsonx.Value(got).Get("messages")
	var ids []string
	for m := range messages.Elements() {
		for call := range m.Get("tool_calls").Elements() {
			id, _ := call.Get("id").Str()
			ids = append(ids, id)
		}
		if id, ok := m.Get("tool_call_id").Str(); ok {
			ids = append(ids, id)
		}
	}
	require.Len(t, ids, 4)
	require.Regexp(t, "^[0-9A-Za-z]{9}$", ids[0])
	require.Equal(t, []string{ids[0], "Ab3456789"}, ids[2:])
	require.Equal(t, "Ab3456789", ids[1], "an id that fits stays")
}
