package edge_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// toolTalks has every dialect converse with a provider of each dialect, behind which is the
// mock, through an edge with MCP servers.
func toolTalks(t *testing.T, converse func(c *talk), servers ...*mcptest.Server) {
	t.Helper()
	server, url := serveMockWith(t, mock.Options{Journal: 8})
	cfg, providers := everyProvider(url)
	cfg.Cache.Enabled, cfg.Cache.OnlyWhenAsked = true, true
	d := openOptions(t, cfg, gateway.Options{Tools: mcptest.Pool(t, servers...)})
	providers = slices.DeleteFunc(providers, func(p provider.Provider) bool {
		return !slices.Contains([]string{"openai", "anthropic", "gemini", "cohere", "bedrock", "mistral", "deepseek"}, p.Name)
	})
	for _, codec := range codecs.All() {
		for _, p := range providers {
			for _, stream := range []bool{false, true} {
				t.Run(codec.Name()+" to "+p.Name+"/stream "+strconv.FormatBool(stream), func(t *testing.T) {
					converse(&talk{t, d, server, codec, p, stream})
				})
			}
		}
	}
}

func names(calls []*api.ToolCall) (all []string) {
	for _, c := range calls {
		all = append(all, c.Name)
	}
	return all
}

const twoNumbers = `{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`

func TestModelsAreOfferedToolsInEveryDialect(t *testing.T) {
	math := mcptest.NewServer("math", mcptest.Tool{Name: "add", Description: "Adds two numbers.", Schema: twoNumbers})
	own := mcptest.NewServer("get", mcptest.Tool{Name: "time"}) // becomes get-time, which is not get_time
	toolTalks(t, func(c *talk) {
		r := c.say("math-add", nil)
		require.Equal(c.t, []string{"math-add"}, names(calls(&r)))
		require.Contains(c.t, string(calls(&r)[0].Args), `"a"`)

		request := api.Request{Tools: tools(), Messages: []api.Message{user(api.Part{Text: "get_time and math-add"})}}
		r = c.ask(&request)
		require.Equal(c.t, []string{"get_time", "math-add"}, names(calls(&r)), "the caller's own come first")

		request.Messages = append(request.Messages, c.history(&r), results(calls(&r)))
		r = c.ask(&request)
		require.Contains(c.t, text(&r, api.PartText), "of math-add")

		r = c.say("who?", func(r *api.Request) {
			r.Format = api.Format{Kind: api.FormatSchema, Name: "p", Schema: api.JSON(`{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}`)}
		})
		require.NotContains(c.t, c.sent(), "math-add", "who wants JSON is left alone")
	}, math, own)
}

// offering is a door at a provider that shows what it was sent, with an MCP server.
func offering(t *testing.T, change func(*config.Config)) (d *door, sent <-chan string) {
	t.Helper()
	up, sent := listening(t)
	cfg := over(up.URL)
	cfg.Governance.VirtualKeys = []config.VirtualKey{
		{ID: "1", Name: "adds", Value: "sk-bf-adds", MCPConfigs: []config.MCPGrant{{ClientName: "math", Tools: []string{"add"}}}},
	}
	if change != nil {
		change(cfg)
	}
	math := mcptest.NewServer("math", mcptest.Tool{Name: "add", Schema: twoNumbers}, mcptest.Tool{Name: "sub", Description: `Takes "b" from a.`})
	return openOptions(t, cfg, gateway.Options{Tools: mcptest.Pool(t, math)}), sent
}

const (
	addText = `{"type":"function","function":{"name":"math-add","description":"Tool of the MCP server math.","parameters":{"properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"],"type":"object"}}}`
	subText = `{"type":"function","function":{"name":"math-sub","description":"Tool of the MCP server math, in the server's own words: Takes \"b\" from a.","parameters":{"type":"object"}}}`
)

func TestOfferedToolsAreAddedToTheBodyAsItCame(t *testing.T) {
	d, sent := offering(t, nil)
	const began = `{ "model":"openai/gpt-4o", "messages":[{"role":"user","content":"hi"}]`
	const begins = `{ "model":"gpt-4o", "messages":[{"role":"user","content":"hi"}]`
	for body, want := range map[string]string{
		began + ` ,"new":1 }`:                         begins + ` ,"new":1 ,"tools":[` + addText + `,` + subText + `]}`,
		began + `,"tools":[],"new":1}`:                begins + `,"tools":[` + addText + `,` + subText + `],"new":1}`,
		began + `,"tools":null}`:                      begins + `,"tools":[` + addText + `,` + subText + `]}`,
		began + `,"tools":[{"type":"own"} ],"new":1}`: begins + `,"tools":[{"type":"own"} ,` + addText + `,` + subText + `],"new":1}`,
	} {
		res := d.post(t, "/v1/chat/completions", body)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, want, <-sent)
	}
}

func TestACallersToolIsNotReplacedByAnOfferedOne(t *testing.T) {
	d, sent := offering(t, nil)
	res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],"new":1,"tools":[{"type":"function","function":{"name":"math-add","description":"mine"}}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	var body struct {
		New   int
		Tools []struct {
			Function struct{ Name, Description string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(<-sent), &body))
	require.Equal(t, 1, body.New)
	require.Len(t, body.Tools, 2)
	require.Equal(t, "mine", body.Tools[0].Function.Description)
	require.Equal(t, "math-sub", body.Tools[1].Function.Name)
}

func TestWhatIsOfferedIsSaidByHeadersAndVirtualKeys(t *testing.T) {
	d, sent := offering(t, nil)
	demand, demanded := offering(t, func(c *config.Config) { c.Client.MCPDisableAutoToolInject = true })
	json := `,"response_format":{"type":"json_object"}`
	for _, tc := range []struct {
		name    string
		door    *door
		sent    <-chan string
		rest    string
		headers []string
		want    []string
	}{
		{"all", d, sent, "", nil, []string{"math-add", "math-sub"}},
		{"a virtual key", d, sent, "", []string{"Authorization: Bearer sk-bf-adds"}, []string{"math-add"}},
		{"a tool", d, sent, "", []string{"x-bf-mcp-include-tools: math-sub"}, []string{"math-sub"}},
		{"no client", d, sent, "", []string{"x-bf-mcp-include-clients: "}, nil},
		{"both", d, sent, "", []string{"Authorization: Bearer sk-bf-adds", "x-asbru-mcp-include-tools: math-sub"}, nil},
		{"JSON alone", d, sent, json, nil, nil},
		{"JSON, and tools that are named", d, sent, json, []string{"x-bf-mcp-include-clients: math"}, []string{"math-add", "math-sub"}},
		{"nothing on demand", demand, demanded, "", nil, nil},
		{"some on demand", demand, demanded, "", []string{"x-bf-mcp-include-tools: math-*"}, []string{"math-add", "math-sub"}},
	} {
		res := tc.door.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]`+tc.rest+`}`, tc.headers...)
		require.Equal(t, 200, res.Status, res.Body)
		body := <-tc.sent
		for _, name := range []string{"math-add", "math-sub"} {
			require.Equal(t, slices.Contains(tc.want, name), containsName(body, name), "%s: %s", tc.name, body)
		}
	}
	for path, body := range map[string]string{
		"/v1/completions": `{"model":"openai/gpt-3.5-turbo-instruct","prompt":"hi"}`,
		"/v1/embeddings":  `{"model":"openai/m","input":"hi"}`,
	} {
		d.post(t, path, body)
		require.NotContains(t, <-sent, "math-add", path)
	}
}

func containsName(body, name string) bool {
	var b struct {
		Tools []struct{ Function struct{ Name string } }
	}
	_ = json.Unmarshal([]byte(body), &b)
	for _, t := range b.Tools {
		if t.Function.Name == name {
			return true
		}
	}
	return false
}

func TestAModelThatCannotUseToolsIsOfferedNone(t *testing.T) {
	d, sent := offering(t, func(c *config.Config) {
		c.Providers["fireworks"] = c.Providers["openai"]
	})
	const cannot = `"model":"fireworks/accounts/fireworks/models/yi-large"`
	for path, body := range map[string]string{
		"/v1/chat/completions": `{` + cannot + `,"messages":[{"role":"user","content":"hi"}]}`,
		"/cohere/v2/chat":      `{` + cannot + `,"messages":[{"role":"user","content":"hi"}]}`,
	} {
		res := d.post(t, path, body)
		require.Equal(t, 200, res.Status, res.Body)
		require.NotContains(t, <-sent, "tools")
	}
	res := d.post(t, "/v1/chat/completions", `{`+cannot+`,"fallbacks":["openai/gpt-4o"],"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"own"}}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.True(t, containsName(<-sent, "math-add"), "the fallback can")
}

func TestOfferedToolsAreCountedWithTheTokensOfACall(t *testing.T) {
	server, url := serveMockWith(t, mock.Options{Journal: 1})
	cfg, _ := everyProvider(url)
	tools := mcptest.Pool(t, mcptest.NewServer("math", mcptest.Tool{Name: "add", Description: "Adds two numbers.", Schema: twoNumbers}))
	d := openOptions(t, cfg, gateway.Options{Tools: tools})
	const none = "x-asbru-mcp-include-tools: "
	for path, body := range map[string]string{
		"/v1/messages/count_tokens":                                   `{"model":"anthropic/claude-sonnet-4-6","messages":[{"role":"user","content":"some"}]}`,
		"/anthropic/v1/messages/count_tokens":                         `{"model":"gemini/gemini-2.5-flash","messages":[{"role":"user","content":"some"}]}`,
		"/v1/responses/input_tokens":                                  `{"model":"openai/gpt-5","input":"some"}`,
		"/genai/v1beta/models/gemini/gemini-2.5-flash:countTokens":    `{"contents":[{"role":"user","parts":[{"text":"some"}]}]}`,
		"/genai/v1beta/models/anthropic/claude-haiku-4:countTokens":   `{"contents":[{"role":"user","parts":[{"text":"some"}]}]}`,
		"/bedrock/model/bedrock%2Famazon.nova-lite-v1:0/count-tokens": `{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"some"}]}]}}}`,
	} {
		res := d.post(t, path, body)
		require.Equal(t, 200, res.Status, res.Body)
		sent := server.Requests()[0]
		require.Contains(t, string(sent.Body), "math-add", path+" "+sent.Path)
		res = d.post(t, path, body, none)
		require.Equal(t, 200, res.Status, res.Body)
		require.NotContains(t, string(server.Requests()[0].Body), "math-add")
	}
	counted := func(headers ...string) int {
		res := d.post(t, "/v1/messages/count_tokens", `{"model":"deepseek/deepseek-chat","messages":[{"role":"user","content":"some"}]}`, headers...)
		require.Equal(t, 200, res.Status, res.Body)
		var got struct {
			Tokens int `json:"input_tokens"`
		}
		require.NoError(t, json.Unmarshal([]byte(res.Body), &got))
		return got.Tokens
	}
	require.Greater(t, counted(), counted(none)+10, "where it is estimated too")
}
