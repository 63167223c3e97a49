package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// responsesDoor is an edge before the mock, as OpenAI, as Azure, as Parasail and as
// Anthropic.
func responsesDoor(t *testing.T) (*door, *mock.Server) {
	t.Helper()
	server, url := serveMockWith(t, mock.Options{Journal: 10})
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	for _, name := range []string{"openai", "parasail", "anthropic", "azure"} {
		p := config.Provider{
			Network: config.Network{BaseURL: url},
			Keys:    []config.Key{{Name: name, Value: config.Secret("sk-" + name), Weight: 1}},
		}
		if name == "azure" {
			p.Keys[0].Azure = &config.Azure{Endpoint: p.Network.BaseURL, APIVersion: "2024-10-21"}
		}
		cfg.Providers[name] = p
	}
	return open(t, cfg), server
}

// member returns a member of a JSON text that is a string.
func member(body string, path ...string) string {
	s, _ := jsonx.Value(body).Get(path...).Str()
	return s
}

func TestResponsesPassAsTheyAreWhereTheProviderHasThem(t *testing.T) {
	d, server := responsesDoor(t)
	const rest = `,"input":"hi","tools":[{"type":"web_search"}],"new":{"a":1}}`
	for _, path := range []string{"/v1/responses", "/openai/v1/responses", "/openai/responses"} {
		res := d.post(t, path, `{"model":"openai/gpt-5"`+rest)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "You said: hi", member(firstOf(firstOf(res.Body, "output"), "content"), "text"), res.Body)
	}
	sent := server.Requests()
	require.Equal(t, "/v1/responses", sent[0].Path)
	require.Equal(t, `{"model":"gpt-5"`+rest, string(sent[0].Body))

	server.Forget()
	res := d.post(t, "/v1/responses", `{"model":"azure/my-deployment"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/openai/v1/responses", server.Requests()[0].Path, "the dated version has no such path")
	require.Equal(t, `{"model":"my-deployment"`+rest, string(server.Requests()[0].Body))

	server.Forget()
	res = d.post(t, "/v1/responses", `{"model":"parasail/m","input":"hi"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"model":"m","input":"hi","store":false}`, string(server.Requests()[0].Body))
}

func TestOpenAIIsToldToKeepNoAnswer(t *testing.T) {
	bodies := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		bodies <- string(x.BodyBytes)
		x.JSON(200, wholeAnswers["openai"])
	})
	cfg := over(up.URL)
	openai := cfg.Providers["openai"]
	openai.OpenAIConfig.DisableStore = true
	cfg.Providers["openai"] = openai
	d := open(t, cfg)
	d.post(t, "/v1/responses", `{"model":"openai/gpt-5","input":"hi","store":true}`)
	require.JSONEq(t, `{"model":"gpt-5","input":"hi","store":false}`, <-bodies)
}

// firstOf returns the first element of a member that is an array.
func firstOf(body, name string) string {
	for e := range jsonx.Value(body).Get(name).Elements() {
		return string(e)
	}
	return ""
}

func TestAConversationGoesOnWithWhatItsProviderKeeps(t *testing.T) {
	d, server := responsesDoor(t)
	first := d.post(t, "/v1/responses", `{"model":"openai/gpt-5","input":"call get_time","tools":[{"type":"function","name":"get_time","parameters":{"type":"object"}}]}`)
	require.Equal(t, 200, first.Status, first.Body)
	id, call := member(first.Body, "id"), member(firstOf(first.Body, "output"), "call_id")
	next := `,"previous_response_id":"` + id + `","input":[{"type":"function_call_output","call_id":"` + call + `","output":"noon"}]`
	second := d.post(t, "/v1/responses", `{"model":"openai/gpt-5"`+next+`}`)
	require.Equal(t, 200, second.Status, second.Body)
	require.Contains(t, second.Body, "Tool results: noon")

	server.Forget()
	res := d.post(t, "/v1/responses", `{"model":"openai/gpt-5-mock-status-503","fallbacks":["azure/gpt-5"]`+next+`}`)
	require.Equal(t, 503, res.Status, "no other provider knows of it")
	require.Len(t, server.Requests(), 1)

	res = d.post(t, "/v1/responses", `{"model":"anthropic/claude-sonnet-4-6"`+next+`}`)
	require.Equal(t, 400, res.Status)
	require.Equal(t, "unsupported_field", member(res.Body, "error", "code"))
	require.Equal(t, "previous_response_id", member(res.Body, "error", "param"))
}

func TestToolsThatRunAtAProviderAreDroppedElsewhereIfAsked(t *testing.T) {
	d, _ := responsesDoor(t)
	body := `{"model":"anthropic/claude-sonnet-4-6","input":"hi","tools":[{"type":"web_search"},{"type":"custom","name":"apply_patch"}]}`
	res := d.post(t, "/v1/responses", body)
	require.Equal(t, 400, res.Status)
	require.Equal(t, "unsupported_tool", member(res.Body, "error", "code"))

	res = d.post(t, "/v1/responses", strings.Replace(body, "{", `{"drop_params":true,`, 1))
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Header.Get("x-asbru-dropped-params"), "tools.web_search")

	res = d.post(t, "/v1/responses", strings.Replace(strings.Replace(body, `{"type":"web_search"},`, "", 1), "hi", "apply_patch now", 1))
	require.Equal(t, "custom_tool_call", member(firstOf(res.Body, "output"), "type"), res.Body)
}

func TestTokensOfResponsesAreCounted(t *testing.T) {
	d, server := responsesDoor(t)
	res := d.post(t, "/v1/responses/input_tokens", `{"model":"openai/gpt-5","input":"How many tokens has this?"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "response.input_tokens", member(res.Body, "object"))
	require.Equal(t, "/v1/responses/input_tokens", server.Requests()[0].Path)

	res = d.post(t, "/v1/responses/input_tokens", `{"model":"anthropic/claude-sonnet-4-6","input":"How many tokens has this?"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/v1/messages/count_tokens", server.Requests()[1].Path)
	require.Equal(t, "response.input_tokens", member(res.Body, "object"))
}

func TestAConversationIsMadeShortByItsProvider(t *testing.T) {
	d, server := responsesDoor(t)
	res := d.post(t, "/v1/responses/compact", `{"model":"openai/gpt-5","input":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "response.compaction", member(res.Body, "object"))
	require.Equal(t, "/v1/responses/compact", server.Requests()[0].Path)
	require.Equal(t, `{"model":"gpt-5","input":[{"role":"user","content":"hi"}]}`, string(server.Requests()[0].Body))

	res = d.post(t, "/v1/responses/compact", `{"model":"azure/d","input":"hi"}`)
	require.Equal(t, 200, res.Status, res.Body)

	res = d.post(t, "/v1/responses/compact", `{"model":"anthropic/claude-sonnet-4-6","input":"hi"}`)
	require.Equal(t, 400, res.Status, res.Body)
}
