package genai

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestPeekReadsWhatPolicyNeeds(t *testing.T) {
	body := []byte(` {"contents":[{"parts":[{"text":"hi"}]}], "generation_config":{"maxOutputTokens":"256","candidate_count":2},
		"fallbacks":["openai/gpt-4o",{"provider":"anthropic","model":"claude"}] } `)
	h := peeked(t, chatHead("m"), body)
	require.Equal(t, int64(256), h.MaxTokens)
	require.Equal(t, int64(2), h.N)
	require.Equal(t, []string{"openai/gpt-4o", "anthropic/claude"}, h.Fallbacks)
	require.True(t, h.StreamUsage)
	require.Equal(t, 3, h.Members)
	require.Equal(t, byte('}'), body[h.BodyEnd])

	sent := string(jsonx.Apply(nil, body, Codec.AppendEdits(nil, h, "m", &dialect.Quirks{})))
	require.NotContains(t, sent, "fallbacks")
	require.NoError(t, jsonx.Valid([]byte(sent)))
}

func TestPeekRefuses(t *testing.T) {
	const contents = `"contents":[{"parts":[{"text":"hi"}]}]`
	embed := dialect.Head{Op: api.OpEmbedding, Model: "e"}
	legacy := dialect.Head{Op: api.OpEmbedding, Model: "e", Legacy: true}
	tokens := dialect.Head{Op: api.OpCountTokens, Model: "m"}
	for _, row := range []struct {
		name, body, code, param string
		head                    dialect.Head
	}{
		{"nothing", ``, "invalid_json", "", chatHead("m")},
		{"half an object", `{"contents":[`, "invalid_json", "", chatHead("m")},
		{"an array", `[]`, "invalid_json", "", chatHead("m")},
		{"text behind", `{` + contents + `} x`, "invalid_json", "", chatHead("m")},
		{"too deep", `{` + contents + `,"x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, "invalid_json", "", chatHead("m")},
		{"bad UTF-8", "{" + contents + ",\"x\":\"\xff\"}", "invalid_json", "", chatHead("m")},
		{"no contents", `{}`, "missing_contents", "contents", chatHead("m")},
		{"empty contents", `{"contents":[]}`, "missing_contents", "contents", chatHead("m")},
		{"contents as text", `{"contents":"hi"}`, "invalid_type", "contents", chatHead("m")},
		{"contents twice", `{` + contents + `,` + contents + `}`, "duplicate_field", "contents", chatHead("m")},
		{"contents in capitals", `{` + contents + `,"Contents":[]}`, "ambiguous_field", "contents", chatHead("m")},
		{"contents with an escape", `{"c\u006fntents":[{}]}`, "ambiguous_field", "contents", chatHead("m")},
		{"both spellings of the config", `{` + contents + `,"generationConfig":{},"generation_config":{}}`, "duplicate_field", "generationConfig", chatHead("m")},
		{"config as a list", `{` + contents + `,"generationConfig":[]}`, "invalid_type", "generationConfig", chatHead("m")},
		{"both spellings of the limit", `{` + contents + `,"generationConfig":{"maxOutputTokens":1,"max_output_tokens":2}}`, "duplicate_field", "maxOutputTokens", chatHead("m")},
		{"the limit in another case", `{` + contents + `,"generationConfig":{"MaxOutputTokens":1}}`, "ambiguous_field", "maxOutputTokens", chatHead("m")},
		{"the limit as an object", `{` + contents + `,"generationConfig":{"maxOutputTokens":{}}}`, "invalid_type", "generationConfig.maxOutputTokens", chatHead("m")},
		{"a negative limit", `{` + contents + `,"generationConfig":{"maxOutputTokens":-1}}`, "invalid_value", "generationConfig.maxOutputTokens", chatHead("m")},
		{"model as a number", `{` + contents + `,"model":1}`, "invalid_type", "model", chatHead("m")},
		{"fallbacks as text", `{` + contents + `,"fallbacks":"a/b"}`, "invalid_type", "fallbacks", chatHead("m")},
		{"a fallback without model", `{` + contents + `,"fallbacks":[{"provider":"a"}]}`, "invalid_type", "fallbacks", chatHead("m")},
		{"no model in the path", `{` + contents + `}`, "missing_model", "model", chatHead("")},
		{"no requests", `{}`, "missing_requests", "requests", embed},
		{"empty requests", `{"requests":[]}`, "missing_requests", "requests", embed},
		{"a request that is text", `{"requests":["x"]}`, "invalid_type", "requests", embed},
		{"two models in a request", `{"requests":[{"model":"a","model":"b"}]}`, "duplicate_field", "model", embed},
		{"a model in capitals in a request", `{"requests":[{"MODEL":"a"}]}`, "ambiguous_field", "model", embed},
		{"no content", `{}`, "missing_content", "content", legacy},
		{"nothing to count", `{}`, "missing_contents", "contents", tokens},
		{"nothing to count inside", `{"generateContentRequest":{}}`, "missing_contents", "generateContentRequest.contents", tokens},
		{"a wrapped model of the wrong type", `{"generateContentRequest":{` + contents + `,"model":[]}}`, "invalid_type", "model", tokens},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := Codec.Peek(&row.head, []byte(row.body))
			require.NotNil(t, err)
			require.Equal(t, row.code, err.Code)
			require.Equal(t, row.param, err.Param)
			require.Equal(t, 400, err.HTTPStatus())
		})
	}
}

func TestEditsNameTheProvidersModelEverywhere(t *testing.T) {
	for _, row := range []struct {
		name, body, want string
		head             dialect.Head
	}{
		{
			"each entry of a batch",
			`{"fallbacks":["a/b"],"requests":[ {"model":"models/x","content":{}} , {"content":{},"model":"models/y"}],"model":"models/x"}`,
			`{"requests":[ {"model":"models/real","content":{}} , {"content":{},"model":"models/real"}],"model":"models/real"}`,
			dialect.Head{Op: api.OpEmbedding, Model: "gemini/x"},
		},
		{
			"a request whose tokens are counted",
			`{"generateContentRequest":{"model":"models/x","contents":[{}]},"fallbacks":[]}`,
			`{"generateContentRequest":{"model":"models/real","contents":[{}]}}`,
			dialect.Head{Op: api.OpCountTokens, Model: "gemini/x"},
		},
		{
			"a single content to embed",
			`{"model":"models/x","content":{"parts":[]}}`,
			`{"model":"models/real","content":{"parts":[]}}`,
			dialect.Head{Op: api.OpEmbedding, Model: "x", Legacy: true},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := peeked(t, row.head, []byte(row.body))
			edits := Codec.AppendEdits(nil, h, "real", &dialect.Quirks{})
			require.Equal(t, row.want, string(jsonx.Apply(nil, []byte(row.body), edits)))
		})
	}
}

func TestPeekDoesNotAllocate(t *testing.T) {
	body := golden(t, "request_sdk_python.json")
	h := chatHead("gemini-3-pro-preview")
	allocs := testing.AllocsPerRun(100, func() {
		h.Reset()
		h.Op, h.Model = api.OpChat, "gemini-3-pro-preview"
		if err := Codec.Peek(&h, body); err != nil {
			t.Fatal(err)
		}
	})
	require.Zero(t, allocs)
}

func BenchmarkPeek(b *testing.B) {
	for name, body := range map[string][]byte{
		"plain": golden(b, "request_sdk_python.json"),
		"100KB": []byte(`{"contents":[{"role":"user","parts":[{"text":"` + strings.Repeat("a prompt ", 100<<10/9) + `"}]}]}`),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			var h dialect.Head
			for b.Loop() {
				h.Reset()
				h.Op, h.Model = api.OpChat, "m"
				if err := Codec.Peek(&h, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
