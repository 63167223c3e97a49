package anthropic

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestPeekReadsWhatRoutingNeeds(t *testing.T) {
	body := ` {"max_tokens": 10, "mod\u0065l": "openai/gpt-5", "messages":[{}], "stream": true,
		"fallbacks": ["a/b", {"provider":"c","model":"d"}], "x": 1 } `
	h := peekBody(t, api.OpChat, []byte(body))
	require.Equal(t, "openai/gpt-5", h.Model)
	require.True(t, h.Stream)
	require.True(t, h.StreamUsage)
	require.EqualValues(t, 10, h.MaxTokens)
	require.Equal(t, []string{"a/b", "c/d"}, h.Fallbacks)
	require.Equal(t, 6, h.Members)
	require.Equal(t, `"openai/gpt-5"`, string(h.ModelAt.Of([]byte(body))))
	require.Equal(t, byte('}'), body[h.BodyEnd])
}

func TestPeekRefuses(t *testing.T) {
	const ok = `"model":"m","messages":[{"role":"user","content":"x"}]`
	for name, c := range map[string]struct{ body, code, param string }{
		"empty":                    {``, "invalid_json", ""},
		"no object":                {`[]`, "invalid_json", ""},
		"half":                     {`{"model":"m","messages":[`, "invalid_json", ""},
		"bad UTF-8":                {"{\"model\":\"\xff\",\"messages\":[{}]}", "invalid_json", ""},
		"text behind":              {`{` + ok + `}x`, "invalid_json", ""},
		"no model":                 {`{"messages":[{}]}`, "missing_model", "model"},
		"empty model":              {`{"model":"","messages":[{}]}`, "missing_model", "model"},
		"model a number":           {`{"model":1,"messages":[{}]}`, "invalid_type", "model"},
		"model null":               {`{"model":null,"messages":[{}]}`, "invalid_type", "model"},
		"no messages":              {`{"model":"m"}`, "missing_messages", "messages"},
		"empty messages":           {`{"model":"m","messages":[ ]}`, "missing_messages", "messages"},
		"messages a string":        {`{"model":"m","messages":"hi"}`, "invalid_type", "messages"},
		"stream a string":          {`{` + ok + `,"stream":"true"}`, "invalid_type", "stream"},
		"max_tokens a string":      {`{` + ok + `,"max_tokens":"1"}`, "invalid_type", "max_tokens"},
		"max_tokens a fraction":    {`{` + ok + `,"max_tokens":1.5}`, "invalid_type", "max_tokens"},
		"max_tokens negative":      {`{` + ok + `,"max_tokens":-1}`, "invalid_value", "max_tokens"},
		"fallbacks a string":       {`{` + ok + `,"fallbacks":"a/b"}`, "invalid_type", "fallbacks"},
		"fallback without a model": {`{` + ok + `,"fallbacks":[{"provider":"a"}]}`, "invalid_type", "fallbacks"},
		"model twice":              {`{` + ok + `,"model":"n"}`, "duplicate_field", "model"},
		"model twice, escaped":     {`{` + ok + `,"mod\u0065l":"n"}`, "duplicate_field", "model"},
		"stream twice":             {`{"stream":true,"stream":false,` + ok + `}`, "duplicate_field", "stream"},
		"Model":                    {`{` + ok + `,"Model":"n"}`, "ambiguous_field", "model"},
		"long s":                   {`{` + ok + `,"ſtream":true}`, "ambiguous_field", "stream"},
		"MAX_TOKENS alone":         {`{` + ok + `,"MAX_TOKENS":5}`, "ambiguous_field", "max_tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Codec.Peek(&dialect.Head{Op: api.OpChat}, []byte(c.body))
			require.NotNil(t, err)
			require.Equal(t, api.KindInvalid, err.Kind)
			require.Equal(t, c.code, err.Code)
			require.Equal(t, c.param, err.Param)
			require.NotEmpty(t, err.Message)
		})
	}
}

func TestPeekRefusesAnOperationThatTheDialectHasNot(t *testing.T) {
	err := Codec.Peek(&dialect.Head{Op: api.OpEmbedding}, []byte(`{}`))
	require.NotNil(t, err)
	require.Equal(t, api.KindUnsupported, err.Kind)
	require.Nil(t, Codec.Peek(&dialect.Head{Op: api.OpModels}, nil))
}

func TestEditsChangeTheModelAndCutTheGatewaysField(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"nothing to do":    {`{"model":"m", "messages":[{}]}`, `{"model":"m", "messages":[{}]}`},
		"model":            {`{"model" : "p/m","messages":[{}]}`, `{"model" : "m","messages":[{}]}`},
		"fallbacks behind": {`{"model":"p/m","messages":[{}],"fallbacks":["a/b"]}`, `{"model":"m","messages":[{}]}`},
		"fallbacks before": {`{"fallbacks":[], "messages":[{}],"model":"p/m"}`, `{"messages":[{}],"model":"m"}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := peekBody(t, api.OpChat, []byte(c.body))
			edits := Codec.AppendEdits(nil, h, "m", &dialect.Quirks{})
			require.Equal(t, c.want, string(jsonx.Apply(nil, []byte(c.body), edits)))
		})
	}
}

func TestPathsHaveNoVersion(t *testing.T) {
	for op, want := range map[api.Op]string{
		api.OpChat:        "/messages",
		api.OpCountTokens: "/messages/count_tokens",
		api.OpModels:      "/models?limit=1000",
	} {
		require.Equal(t, want, string(Codec.AppendPath(nil, op, "m", true)))
	}
}

func TestAProviderMayHaveTheModelInThePathAndTheVersionInTheBody(t *testing.T) {
	q := &dialect.Quirks{BodyVersion: "vertex-2023-10-16"}
	const messages = `"messages":[{"role":"user","content":"hi"}]`
	for op, want := range map[api.Op]string{
		api.OpChat:        `{"max_tokens":5,"anthropic_version":"vertex-2023-10-16",` + messages + `}`,
		api.OpCountTokens: `{"max_tokens":5,"anthropic_version":"vertex-2023-10-16","model":"m",` + messages + `}`,
	} {
		body := []byte(`{"max_tokens":5,"mod\u0065l" : "vertex/m",` + messages + `,"fallbacks":["a/b"]}`)
		h := &dialect.Head{Op: op}
		require.Nil(t, Codec.Peek(h, body))
		require.Equal(t, want, string(jsonx.Apply(nil, body, Codec.AppendEdits(nil, h, "m", q))))

		r := api.Request{Op: op, Model: "m", Messages: []api.Message{{Parts: []api.Part{{Text: "hi"}}}}}
		out, err := Codec.AppendRequest(nil, &r, q)
		require.Nil(t, err)
		require.Equal(t, "vertex-2023-10-16", take.Text(jsonx.Value(out), "anthropic_version"))
		require.Equal(t, op == api.OpCountTokens, jsonx.Value(out).Get("model") != nil)
	}
}
