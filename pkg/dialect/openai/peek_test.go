package openai_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

const hi = `"messages":[{"role":"user","content":"hi"}]`

func TestPeekRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		op                api.Op
		body, code, param string
	}{
		"text that is not JSON":        {api.OpChat, `hello`, "invalid_json", ""},
		"half a body":                  {api.OpChat, `{"model":"m",` + hi, "invalid_json", ""},
		"an empty body":                {api.OpChat, ``, "invalid_json", ""},
		"an array":                     {api.OpChat, `[]`, "invalid_json", ""},
		"invalid UTF-8":                {api.OpChat, "{\"model\":\"\xff\"," + hi + "}", "invalid_json", ""},
		"201 levels":                   {api.OpChat, `{"model":"m",` + hi + `,"x":` + strings.Repeat("[", 201) + strings.Repeat("]", 201) + `}`, "invalid_json", ""},
		"no model":                     {api.OpChat, `{` + hi + `}`, "missing_model", "model"},
		"an empty model":               {api.OpChat, `{"model":"",` + hi + `}`, "missing_model", "model"},
		"a null model":                 {api.OpChat, `{"model":null,` + hi + `}`, "missing_model", "model"},
		"a model that is no string":    {api.OpChat, `{"model":1,` + hi + `}`, "invalid_type", "model"},
		"no messages":                  {api.OpChat, `{"model":"m"}`, "missing_messages", "messages"},
		"empty messages":               {api.OpChat, `{"model":"m","messages":[ ]}`, "missing_messages", "messages"},
		"null messages":                {api.OpChat, `{"model":"m","messages":null}`, "missing_messages", "messages"},
		"messages as a text":           {api.OpChat, `{"model":"m","messages":"hi"}`, "invalid_type", "messages"},
		"a repeated model":             {api.OpChat, `{"model":"a","model":"b",` + hi + `}`, "duplicate_field", "model"},
		"a model repeated by escapes":  {api.OpChat, `{"model":"a","\u006dodel":"b",` + hi + `}`, "duplicate_field", "model"},
		"a case twin":                  {api.OpChat, `{"model":"a","Model":"b",` + hi + `}`, "ambiguous_field", "model"},
		"a case twin alone":            {api.OpChat, `{"MODEL":"a",` + hi + `}`, "ambiguous_field", "model"},
		"a twin by Unicode folding":    {api.OpChat, `{"model":"a","ſtream":true,` + hi + `}`, "ambiguous_field", "stream"},
		"a twin of max_tokens":         {api.OpChat, `{"model":"a","max_toKens":1,` + hi + `}`, "ambiguous_field", "max_tokens"},
		"stream as a text":             {api.OpChat, `{"model":"a","stream":"true",` + hi + `}`, "invalid_type", "stream"},
		"stream options as a list":     {api.OpChat, `{"model":"a","stream_options":[],` + hi + `}`, "invalid_type", "stream_options"},
		"usage wish as a number":       {api.OpChat, `{"model":"a","stream_options":{"include_usage":1},` + hi + `}`, "invalid_type", "stream_options.include_usage"},
		"a repeated usage wish":        {api.OpChat, `{"model":"a","stream_options":{"include_usage":true,"include_usage":false},` + hi + `}`, "duplicate_field", "stream_options.include_usage"},
		"a limit as a text":            {api.OpChat, `{"model":"a","max_tokens":"5",` + hi + `}`, "invalid_type", "max_tokens"},
		"a broken limit":               {api.OpChat, `{"model":"a","max_completion_tokens":1.5,` + hi + `}`, "invalid_type", "max_completion_tokens"},
		"a negative limit":             {api.OpChat, `{"model":"a","max_tokens":-1,` + hi + `}`, "invalid_value", "max_tokens"},
		"a megabyte of digits":         {api.OpChat, `{"model":"a","max_tokens":` + strings.Repeat("9", 1<<20) + `,` + hi + `}`, "invalid_type", "max_tokens"},
		"no choice at all":             {api.OpChat, `{"model":"a","n":0,` + hi + `}`, "invalid_value", "n"},
		"fallbacks as a text":          {api.OpChat, `{"model":"a","fallbacks":"b",` + hi + `}`, "invalid_type", "fallbacks"},
		"a fallback without a model":   {api.OpChat, `{"model":"a","fallbacks":[{"provider":"p"}],` + hi + `}`, "invalid_type", "fallbacks"},
		"no prompt":                    {api.OpCompletion, `{"model":"a"}`, "missing_prompt", "prompt"},
		"a prompt object":              {api.OpCompletion, `{"model":"a","prompt":{}}`, "invalid_type", "prompt"},
		"an empty input":               {api.OpEmbedding, `{"model":"a","input":""}`, "missing_input", "input"},
		"an empty list of inputs":      {api.OpEmbedding, `{"model":"a","input":[]}`, "missing_input", "input"},
		"an encoding that is a number": {api.OpEmbedding, `{"model":"a","input":"x","encoding_format":1}`, "invalid_type", "encoding_format"},
		"an operation it has not":      {api.OpCountTokens, `{}`, "unsupported_operation", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := openai.Codec.Peek(&dialect.Head{Op: tc.op}, []byte(tc.body))
			require.NotNil(t, err)
			require.Equal(t, tc.code, err.Code)
			require.Equal(t, tc.param, err.Param)
			require.NotEmpty(t, err.Message)
		})
	}
}

func TestPeekFindsWhatPolicyReads(t *testing.T) {
	h := dialect.Head{Op: api.OpChat}
	noError(t, openai.Codec.Peek(&h, []byte(` {"\u006dodel":"openai\/gpt","stream":true,"max_tokens":9,"max_completion_tokens":5,"n":2,
		"stream_options":{"include_usage":true},"fallbacks":["a/b",{"provider":"c","model":"d"}],`+hi+`} `)))
	require.Equal(t, "openai/gpt", h.Model)
	require.True(t, h.Stream)
	require.True(t, h.StreamUsage)
	require.EqualValues(t, 5, h.MaxTokens)
	require.EqualValues(t, 2, h.N)
	require.Equal(t, []string{"a/b", "c/d"}, h.Fallbacks)
	require.Equal(t, 8, h.Members)
}

func TestPeekTakesNullForAbsent(t *testing.T) {
	h := dialect.Head{Op: api.OpChat}
	noError(t, openai.Codec.Peek(&h, []byte(`{"model":"m","stream":null,"max_tokens":null,"n":null,"fallbacks":null,"stream_options":null,`+hi+`}`)))
	require.False(t, h.Stream)
	require.Zero(t, h.MaxTokens)
	require.Empty(t, h.Fallbacks)
}

func TestPeekHasNoBodyForModels(t *testing.T) {
	noError(t, openai.Codec.Peek(&dialect.Head{Op: api.OpModels}, nil))
}

func TestPeekSeesTheWishForBase64(t *testing.T) {
	h := dialect.Head{Op: api.OpEmbedding}
	noError(t, openai.Codec.Peek(&h, []byte(`{"model":"m","input":"x","encoding_format":"base64","stream":true}`)))
	require.True(t, h.Base64)
	require.False(t, h.Stream, "an embedding is never streamed")
}

func TestPeekDoesNotAllocate(t *testing.T) {
	body := []byte(`{"model":"openai/gpt-4o","stream":true,"stream_options":{"include_obfuscation":false},"temperature":1,` + hi + `}`)
	var h dialect.Head
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.Reset()
		h.Op = api.OpChat
		if err := openai.Codec.Peek(&h, body); err != nil {
			t.Fatal(err)
		}
	}))
}

func TestEditsChangeOnlyWhatTheProviderMustNotSee(t *testing.T) {
	for name, tc := range map[string]struct{ body, model, want string }{
		"nothing to do":            {`{"model":"m",` + hi + `}`, "m", `{"model":"m",` + hi + `}`},
		"provider taken away":      {`{"model": "openai/m",` + hi + `}`, "m", `{"model": "m",` + hi + `}`},
		"another name":             {`{"model":"m",` + hi + `}`, `a"b`, `{"model":"a\"b",` + hi + `}`},
		"name with escapes":        {`{"model":"openai\/m",` + hi + `}`, "m", `{"model":"m",` + hi + `}`},
		"fallbacks first":          {`{"fallbacks":["a/b"], "model":"m",` + hi + `}`, "m", `{"model":"m",` + hi + `}`},
		"fallbacks last":           {`{"model":"m",` + hi + ` , "fallbacks": null }`, "m", `{"model":"m",` + hi + `  }`},
		"fallbacks before model":   {`{"fallbacks":[],"model":"p/m",` + hi + `}`, "m", `{"model":"m",` + hi + `}`},
		"usage added":              {`{"model":"m","stream":true,` + hi + `}`, "m", `{"model":"m","stream":true,` + hi + `,"stream_options":{"include_usage":true}}`},
		"usage behind fallbacks":   {`{"model":"m","stream":true,` + hi + `,"fallbacks":["a/b"]}`, "m", `{"model":"m","stream":true,` + hi + `,"stream_options":{"include_usage":true}}`},
		"usage in empty options":   {`{"model":"m","stream":true,"stream_options":{ },` + hi + `}`, "m", `{"model":"m","stream":true,"stream_options":{"include_usage":true },` + hi + `}`},
		"usage in other options":   {`{"stream_options":{"x":1},"model":"p/m","stream":true,` + hi + `}`, "m", `{"stream_options":{"include_usage":true,"x":1},"model":"m","stream":true,` + hi + `}`},
		"usage instead of null":    {`{"model":"m","stream":true,"stream_options":null,` + hi + `}`, "m", `{"model":"m","stream":true,"stream_options":{"include_usage":true},` + hi + `}`},
		"usage instead of false":   {`{"model":"m","stream":true,"stream_options":{"include_usage":false,"x":1},` + hi + `}`, "m", `{"model":"m","stream":true,"stream_options":{"include_usage":true,"x":1},` + hi + `}`},
		"false behind another":     {`{"model":"m","stream":true,"stream_options":{"x":1,"include_usage":false},` + hi + `}`, "m", `{"model":"m","stream":true,"stream_options":{"x":1,"include_usage":true},` + hi + `}`},
		"usage asked for already":  {`{"model":"m","stream":true,"stream_options":{"include_usage":true},` + hi + `}`, "m", `{"model":"m","stream":true,"stream_options":{"include_usage":true},` + hi + `}`},
		"no stream, options given": {`{"model":"m","stream_options":{},` + hi + `}`, "m", `{"model":"m","stream_options":{},` + hi + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := dialect.Head{Op: api.OpChat}
			noError(t, openai.Codec.Peek(&h, []byte(tc.body)))
			edits := openai.Codec.AppendEdits(nil, &h, tc.model, &dialect.Quirks{})
			require.Equal(t, tc.want, string(jsonx.Apply(nil, []byte(tc.body), edits)))
		})
	}
}

func TestEditsLeaveUsageToAProviderThatRefusesTheWish(t *testing.T) {
	body := `{"model":"m","stream":true,` + hi + `}`
	h := dialect.Head{Op: api.OpChat}
	noError(t, openai.Codec.Peek(&h, []byte(body)))
	require.Empty(t, openai.Codec.AppendEdits(nil, &h, "m", &dialect.Quirks{NoStreamUsage: true}))
}

func TestPeekTakesAPromptOfTheRepositoryOut(t *testing.T) {
	for body, want := range map[string]string{
		`{"prompt":{"id":"greeting"}}`: `{}`,
		`{"model":"m","prompt":{"id":"greeting","version":"2"},` + hi + `,"drop_params":true,"fallbacks":[]}`: `{"model":"m",` + hi + `}`,
	} {
		h := dialect.Head{Op: api.OpChat}
		require.Nil(t, openai.Codec.Peek(&h, []byte(body)))
		require.Contains(t, string(h.Prompt), "greeting")
		require.Equal(t, want, string(jsonx.Apply(nil, []byte(body), h.Own)))
		var r api.Request
		require.Nil(t, openai.Codec.DecodeRequest(&h, []byte(body), &r))
		require.Empty(t, r.Extra)
	}
	h := dialect.Head{Op: api.OpChat}
	require.Nil(t, openai.Codec.Peek(&h, []byte(`{"model":"m","prompt":{"id":"pmpt_1"},`+hi+`}`)))
	require.Nil(t, h.Prompt, "the provider's own")
	require.Empty(t, h.Own)
	h = dialect.Head{Op: api.OpChat, Prompted: true}
	require.Nil(t, openai.Codec.Peek(&h, []byte(`{}`)))
}
