package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// inVertex has one key of Vertex AI, in front of a provider that tells what it was asked.
func inVertex(t *testing.T) (*door, <-chan [2]string) {
	sent := make(chan [2]string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		require.Equal(t, "key-1", x.Header.Get("x-goog-api-key"))
		sent <- [2]string{x.RequestURI, string(x.BodyBytes)}
		for part, dialect := range map[string]string{"/anthropic/": "anthropic", "/google/": "gemini", "/openapi/": "openai", "/mistralai/": "openai"} {
			if strings.Contains(x.URL.Path, part) {
				x.JSON(200, wholeAnswers[dialect])
				return
			}
		}
		t.Error(x.RequestURI)
	})
	return open(t, &config.Config{Providers: map[string]config.Provider{"vertex": {
		Network: config.Network{BaseURL: up.URL},
		Keys: []config.Key{{Value: "key-1", Weight: 1, Vertex: &config.Vertex{
			ProjectID: "p", Region: "eu", Deployments: map[string]string{"fast": "gemini-2.5-flash", "clever": "claude-sonnet-4-6"},
		}}},
	}}}), sent
}

const vertexModels = "/v1beta1/projects/p/locations/eu/publishers/"

func TestEachModelOfVertexIsAskedInItsMakersDialect(t *testing.T) {
	d, sent := inVertex(t)
	for model, want := range map[string][2]string{
		"gemini-2.5-flash": {vertexModels + "google/models/gemini-2.5-flash:generateContent", `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]`},
		"fast":             {vertexModels + "google/models/gemini-2.5-flash:generateContent", `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]`},
		"claude-opus-4-6":  {vertexModels + "anthropic/models/claude-opus-4-6:rawPredict", `{"anthropic_version":"vertex-2023-10-16","max_tokens":8192,`},
		"clever":           {vertexModels + "anthropic/models/claude-sonnet-4-6:rawPredict", `{"anthropic_version":"vertex-2023-10-16","max_tokens":8192,`},
		"mistral-medium-3": {vertexModels + "mistralai/models/mistral-medium-3:rawPredict", `{"model":"mistral-medium-3","messages":[{"role":"user","content":"hi"}]}`},
		"meta/llama-4":     {"/v1beta1/projects/p/locations/eu/endpoints/openapi/chat/completions", `{"model":"meta/llama-4","messages":[{"role":"user","content":"hi"}]}`},
	} {
		res := d.post(t, "/v1/chat/completions", `{"model":"vertex/`+model+`","messages":[{"role":"user","content":"hi"}]}`)
		require.Equal(t, 200, res.Status, res.Body)
		got := <-sent
		require.Equal(t, want[0], got[0], model)
		require.Contains(t, got[1], want[1], model)
	}
}

func TestABodyOfAnthropicsPassesToClaudeOnVertexButForItsModel(t *testing.T) {
	d, sent := inVertex(t)
	const rest = `,"max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}],"new":{"a":1}}`
	res := d.post(t, "/anthropic/v1/messages", `{"model":"vertex/claude-sonnet-4-6"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, [2]string{vertexModels + "anthropic/models/claude-sonnet-4-6:rawPredict", `{"anthropic_version":"vertex-2023-10-16"` + rest}, <-sent)

	// A body of Anthropic's for a model of Google's is translated all the same.
	res = d.post(t, "/anthropic/v1/messages", `{"model":"vertex/gemini-2.5-flash"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, (<-sent)[1], `{"contents":[`)
}

func TestPathsOfVertexsSDKLeadToTheProviderThatIsNamed(t *testing.T) {
	d, sent := inVertex(t)
	const body = `{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"labels":{"a":"b"}}`
	for path, want := range map[string]string{
		"/genai/v1beta1/projects/mine/locations/here/publishers/google/models/gemini-2.5-flash:generateContent": "google/models/gemini-2.5-flash:generateContent",
		"/genai/v1/projects/mine/locations/here/publishers/vertex/models/gemini-2.5-flash:generateContent":      "google/models/gemini-2.5-flash:generateContent",
		"/genai/v1beta1/publishers/google/models/vertex%2Fgemini-2.5-flash:generateContent":                     "google/models/gemini-2.5-flash:generateContent",
	} {
		res := d.post(t, path, body)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, [2]string{vertexModels + want, body}, <-sent, "passes as it is")
	}
}
