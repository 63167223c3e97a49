package edge_test

import (
	"encoding/json"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// houses has providers of three names over one upstream, which tells what it was asked for.
func houses(t *testing.T, models chan<- string) *config.Config {
	t.Helper()
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		var asked struct{ Model string }
		require.NoError(t, json.Unmarshal(x.BodyBytes, &asked))
		models <- asked.Model
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := over(up.URL)
	openai := cfg.Providers["openai"]
	custom := openai
	custom.Custom = &config.Custom{BaseProviderType: "openai"}
	cfg.Providers = map[string]config.Provider{"openai": openai, "mistral": openai, "house": custom}
	return cfg
}

const (
	openAIBody    = `{"model":"openai/gpt-5","messages":[{"role":"user","content":"hi"}]}`
	anthropicBody = `{"model":"openai/gpt-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`
	googleBody    = `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`
)

func TestPathsThatSDKsMakeLeadToTheirOperation(t *testing.T) {
	models := make(chan string, 1)
	d := open(t, houses(t, models))
	for _, row := range []struct {
		body  string
		paths []string
	}{
		{openAIBody, []string{
			"/v1/chat/completions", "/openai/v1/chat/completions", "/openai/chat/completions", "/mistral/v1/chat/completions",
			"/litellm/chat/completions", "/litellm/v1/chat/completions", "/litellm/openai/v1/chat/completions", "/litellm/openai/chat/completions",
			"/langchain/chat/completions", "/langchain/openai/v1/chat/completions", "/pydanticai/v1/chat/completions", "/pydanticai/mistral/v1/chat/completions",
			"/cursor/chat/completions", "/cursor/v1/chat/completions",
			"/chat/completions", "//v1/chat/completions", "/openai/v1//chat/completions", "/v1/chat/completions/", "/v1/v1/chat/completions",
			"/openai/openai/v1/chat/completions",
		}},
		{anthropicBody, []string{
			"/v1/messages", "/anthropic/v1/messages", "/anthropic/messages", "/messages",
			"/litellm/v1/messages", "/litellm/anthropic/v1/messages", "/langchain/v1/messages", "/langchain/anthropic/v1/messages", "/pydanticai/anthropic/v1/messages",
			"/anthropic//v1/messages", "/anthropic/v1/v1/messages", "/v1/messages/",
		}},
		{googleBody, []string{
			"/genai/v1beta/models/openai/gpt-5:generateContent", "/genai/v1/models/openai%2Fgpt-5:generateContent", "/genai/models/openai/gpt-5:generateContent",
			"/v1beta/models/openai/gpt-5:generateContent", "/v1/models/openai/gpt-5:generateContent",
			"/litellm/v1beta/models/openai/gpt-5:generateContent", "/litellm/models/openai/gpt-5:generateContent",
			"/langchain/v1beta/models/openai/gpt-5:generateContent", "/langchain/genai/v1beta/models/openai/gpt-5:generateContent", "/pydanticai/genai/v1beta/models/openai/gpt-5:generateContent",
			"/genai//v1beta/models/openai/gpt-5:generateContent", "/genai/v1beta/v1beta/models/openai/gpt-5:generateContent",
		}},
		{`{"messages":[{"role":"user","content":"hi"}]}`, []string{
			"/openai/deployments/openai/gpt-5/chat/completions?api-version=2024-10-21", "/openai/deployments/openai%2Fgpt-5/chat/completions",
			"/openai/openai/deployments/openai/gpt-5/chat/completions?api-version=2024-10-21",
		}},
	} {
		for _, path := range row.paths {
			t.Run(path, func(t *testing.T) {
				res := d.post(t, path, row.body)
				require.Equal(t, 200, res.Status, res.Body)
				require.Equal(t, "gpt-5", <-models)
			})
		}
	}
}

func TestADeploymentInThePathIsTheModelWhateverTheBodySays(t *testing.T) {
	models := make(chan string, 1)
	d := open(t, houses(t, models))
	for _, body := range []string{
		openAIBody, `{"model":null,"messages":[{"role":"user","content":"hi"}]}`, `{"messages":[{"role":"user","content":"hi"}],"stream_options":null}`,
		`{"messages":[{"role":"user","content":"hi"}],"fallbacks":["openai/o1"]}`,
	} {
		for _, to := range []string{"openai/my-gpt", "openai%2Fmy-gpt", "house/arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x.y-v1:0"} {
			res := d.post(t, "/openai/deployments/"+to+"/chat/completions?api-version=2024-10-21", body)
			require.Equal(t, 200, res.Status, res.Body)
			got := <-models
			require.Contains(t, []string{"my-gpt", "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x.y-v1:0"}, got)
		}
	}
}

func TestListsOfModelsAreFoundBelowEachPrefix(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, openaiModels).URL))
	for _, path := range []string{
		"/models", "/v1/models/", "/mistral/v1/models", "/litellm/models", "/litellm/v1/models", "/cursor/models", "/langchain/anthropic/v1/models",
		"/litellm/v1beta/models", "/openai/models?api-version=2024-10-21", "/openai/openai/models", "/models/openai/house-5", "/litellm/v1/models/openai%2Fhouse-5",
	} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status, path)
		require.Contains(t, res.Body, "openai/house-5", path)
	}
}

func TestPathsThatNoSDKMakesAreRefused(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := open(t, over(up.URL))
	for _, path := range []string{
		"/", "/v1", "/litellm", "/litellm/", "/litellmv1/chat/completions", "/v2/chat/completions", "/v1/chat/completion",
		"/v1/./chat/completions", "/v1/../v1/chat/completions", "/v1%2Fchat/completions", "/v1/chat%2fcompletions", "/V1/chat/completions",
		"/litellm/langchain/v1/chat/completions", "/v1/v1/v1/chat/completions", "/openai/openai/openai/v1/chat/completions",
		"/openai/deployments/../chat/completions", "/openai/deployments/a%2F..%2Fb/chat/completions", "/openai/deployments/a%252Fb/chat/completions",
		"/openai/deployments/a/chat/completions/x", "/v1beta/models/a%2F..%2Fb:generateContent",
	} {
		t.Run(path, func(t *testing.T) {
			res := d.post(t, path, openAIBody)
			require.Equal(t, 404, res.Status, res.Body)
			require.Contains(t, res.Body, "route_not_found")
		})
	}
	require.Zero(t, up.Hits())
}
