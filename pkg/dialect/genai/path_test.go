package genai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestParsePathFindsModelAndOperation(t *testing.T) {
	chat := func(model string) PathHead { return PathHead{Op: api.OpChat, Model: model} }
	for path, want := range map[string]PathHead{
		"/v1beta/models/gemini-2.5-pro:generateContent":                                 chat("gemini-2.5-pro"),
		"/v1/models/gemini-2.5-pro:generateContent":                                     chat("gemini-2.5-pro"),
		"/v1alpha/models/gemini-2.5-pro:generateContent":                                chat("gemini-2.5-pro"),
		"/v1beta/models/openai/gpt-4o:generateContent":                                  chat("openai/gpt-4o"),
		"/v1beta/models/openai%2Fgpt-4o:generateContent":                                chat("openai/gpt-4o"),
		"/v1beta/models/ollama/llama3:8b:generateContent":                               chat("ollama/llama3:8b"),
		"/v1beta/models/gemini-2.5-pro%3AgenerateContent":                               chat("gemini-2.5-pro"),
		"/v1beta/tunedModels/mine:generateContent":                                      chat("tunedModels/mine"),
		"/v1beta1/projects/p/locations/l/publishers/google/models/gemini-3:countTokens": {Op: api.OpCountTokens, Model: "gemini-3", Vertex: true},
		"/v1/projects/p/locations/l/publishers/anthropic/models/claude:generateContent": {Op: api.OpChat, Model: "anthropic/claude", Vertex: true},
		"/v1/publishers/google/models/openai%2Fgpt-5:generateContent":                   {Op: api.OpChat, Model: "openai/gpt-5", Vertex: true},
		"/v1/publishers/google/models/text-embedding-005:predict":                       {Op: api.OpEmbedding, Model: "text-embedding-005", Legacy: true, Predict: true, Vertex: true},
		"/v1/publishers/google/models/gemini-3:generateContent":                         {Op: api.OpChat, Model: "gemini-3", Vertex: true},
		"/v1beta1/publishers/openai/models/gpt-5:generateContent":                       {Op: api.OpChat, Model: "openai/gpt-5", Vertex: true},
		"/v1/projects/p/locations/l/publishers/openai/models/a%2Fb:generateContent":     {Op: api.OpChat, Model: "openai/a/b", Vertex: true},
		"/v1beta/models/m:streamGenerateContent":                                        {Op: api.OpChat, Model: "m", Stream: true},
		"/v1beta/models/m:batchEmbedContents":                                           {Op: api.OpEmbedding, Model: "m"},
		"/v1beta/models/m:embedContent":                                                 {Op: api.OpEmbedding, Model: "m", Legacy: true},
		"/v1beta/models":                                                                {Op: api.OpModels},
		"/v1beta/models/m":                                                              {Op: api.OpModels, Model: "m"},
	} {
		got, ok := ParsePath(path)
		require.True(t, ok, path)
		require.Equal(t, want, got, path)
	}
}

func TestParsePathRefusesWhatCouldLeaveItsPlace(t *testing.T) {
	for _, path := range []string{
		"", "/", "/v1beta", "/v1beta/", "/v1beta/models/", "/v1beta/models/:generateContent",
		"/v2/models/m:generateContent", "/models/m:generateContent",
		"/v1beta/models/m:predict", "/v1beta/models/m:", "/v1beta/tunedModels",
		"/v1beta/models/..:generateContent", "/v1beta/models/../admin:generateContent",
		"/v1beta/models/a%2F..%2Fb:generateContent", "/v1beta/models/%2e%2e/b:generateContent",
		"/v1beta/models/a//b:generateContent", "/v1beta/models/./b:generateContent",
		"/v1beta/models/a%5Cb:generateContent", "/v1beta/models/a%00b:generateContent",
		"/v1beta/models/a%0d%0ab:generateContent", "/v1beta/models/a b:generateContent",
		"/v1beta/models/%ff:generateContent", "/v1beta/models/%zz:generateContent",
		"/v1/projects/p/regions/l/publishers/google/models/m:generateContent",
		"/v1/projects/p/locations/l/publishers/../models/m:generateContent", "/v1/publishers/%2e%2e/models/m:generateContent", "/v1/publishers//models/m:generateContent",
	} {
		got, ok := ParsePath(path)
		require.False(t, ok, "%s gave %+v", path, got)
	}
}

func TestAppendPathKeepsTheModelInOneSegment(t *testing.T) {
	for _, row := range []struct {
		op     api.Op
		model  string
		stream bool
		want   string
	}{
		{api.OpChat, "gemini-2.5-pro", false, "/models/gemini-2.5-pro:generateContent"},
		{api.OpChat, "models/gemini-2.5-pro", true, "/models/gemini-2.5-pro:streamGenerateContent?alt=sse"},
		{api.OpChat, "tunedModels/mine", false, "/tunedModels/mine:generateContent"},
		{api.OpChat, "../../admin?x#y", false, "/models/..%2F..%2Fadmin%3Fx%23y:generateContent"},
		{api.OpChat, "a:b\r\n", false, "/models/a%3Ab%0D%0A:generateContent"},
		{api.OpEmbedding, "e", false, "/models/e:batchEmbedContents"},
		{api.OpCountTokens, "m", true, "/models/m:countTokens"},
		{api.OpModels, "", false, "/models"},
	} {
		require.Equal(t, row.want, string(Codec.AppendPath(nil, row.op, row.model, row.stream)))
	}
}

func TestPathAsksForTheArrayFormWithoutEvents(t *testing.T) {
	p, ok := ParsePath("/v1beta/models/m:streamGenerateContent")
	require.True(t, ok)
	var h dialect.Head
	p.Fill(&h, false)
	require.Equal(t, dialect.Head{Op: api.OpChat, Model: "m", Stream: true, ArrayStream: true}, h)
	p.Fill(&h, true)
	require.False(t, h.ArrayStream)
}
