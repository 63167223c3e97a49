package edge_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/dialecttest"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/stretchr/testify/require"
)

// prefixes are where each dialect's version path is at the edge.
var prefixes = map[string]string{"openai": "/v1", "anthropic": "/anthropic/v1", "genai": "/genai/v1beta", "cohere": "/cohere", "bedrock": "/bedrock", "responses": "/v1"}

// conformanceModels are models of each provider's dialect that can think.
var conformanceModels = map[string]string{
	"openai": "gpt-5-mini", "anthropic": "claude-sonnet-4-6", "genai": "gemini-3-flash-preview",
	"cohere": "command-a-reasoning-08-2025", "bedrock": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
	"responses": "gpt-5-mini",
}

// embeddingModels are models of dialects in which those that embed are asked otherwise.
var embeddingModels = map[string]string{"bedrock": "cohere.embed-english-v3"}

// talk is a caller of one dialect in conversation with one provider.
type talk struct {
	t        *testing.T
	door     *door
	mock     *mock.Server
	codec    dialect.Codec
	provider provider.Provider
	stream   bool
}

// ask has a request answered. What the caller's dialect writes into it is what its
// SDK would, and what comes back is read as its SDK would.
func (c *talk) ask(r *api.Request) api.Response {
	c.t.Helper()
	if r.Model == "" {
		r.Model = conformanceModels[c.provider.Dialect]
	}
	q := dialect.Quirks{ReasoningField: "reasoning_details"} // an OpenAI caller sends back all that it got
	r.Op, r.ExtraOf, r.Stream = max(r.Op, api.OpChat), c.codec.Name(), c.stream && r.Op <= api.OpChat
	r.Model = c.provider.Name + "/" + strings.TrimPrefix(r.Model, c.provider.Name+"/")
	body, err := c.codec.AppendRequest(nil, r, &q)
	require.Nil(c.t, err)
	path := string(c.codec.AppendPath([]byte(prefixes[c.codec.Name()]), r.Op, r.Model, r.Stream))
	c.mock.Forget()
	res := c.door.post(c.t, path, string(body))
	require.Equal(c.t, 200, res.Status, "%s\nanswered with\n%s\nto\n%s", c.sent(), res.Body, body)
	c.requireFits()
	if r.Stream {
		return dialecttest.ReadStream(c.t, c.codec, r.Op, []byte(res.Body))
	}
	var answer api.Response
	require.Nil(c.t, c.codec.DecodeResponse(r.Op, []byte(res.Body), &answer), res.Body)
	return answer
}

// either says whether the caller or the provider speaks one of the dialects.
func (c *talk) either(names ...string) bool {
	return slices.Contains(names, c.codec.Name()) || slices.Contains(names, c.provider.Dialect)
}

// skipUnlessRequired skips a provider that cannot be asked for a call.
func (c *talk) skipUnlessRequired() {
	c.t.Helper()
	if d := c.provider.Quirks.Diet; d != nil && (d.Required != "" || slices.Contains(d.Refused, "tool_choice.required")) {
		c.t.Skip("is not asked for, or in a word that the mock does not know")
	}
}

// say asks with one message of the user, changed by change.
func (c *talk) say(text string, change func(r *api.Request)) api.Response {
	c.t.Helper()
	r := api.Request{Messages: []api.Message{user(api.Part{Text: text})}}
	if change != nil {
		change(&r)
	}
	return c.ask(&r)
}

// sent is the body that the provider got, empty if it was not asked.
func (c *talk) sent() string {
	all := c.mock.Requests()
	if len(all) == 0 {
		return ""
	}
	return string(all[len(all)-1].Body)
}

// passes says whether the provider gets the caller's body as it is.
func (c *talk) passes() bool {
	return c.codec.Name() == c.provider.Dialect || slices.ContainsFunc(c.provider.Also, func(s provider.Spoken) bool { return s.Dialect == c.codec.Name() })
}

// requireFits checks that the provider got nothing that it would have refused.
func (c *talk) requireFits() {
	c.t.Helper()
	diet := c.provider.Quirks.Diet
	if diet == nil || c.passes() && c.codec.Name() != c.provider.Dialect {
		return
	}
	if c.sent() == "" {
		return // a count of tokens may be an estimate
	}
	var body map[string]any
	require.NoError(c.t, json.Unmarshal([]byte(c.sent()), &body))
	for _, field := range slices.Concat(diet.Refused, diet.Spared, slices.Collect(maps.Keys(diet.Renamed))) {
		require.NotContains(c.t, body, field)
	}
	messages, _ := body["messages"].([]any)
	for _, m := range messages {
		m := m.(map[string]any)
		require.False(c.t, diet.NoNames && m["name"] != nil, c.sent())
		require.False(c.t, diet.NoDeveloper && m["role"] == "developer", c.sent())
		require.False(c.t, diet.NoReasoning && (m["reasoning"] != nil || m["reasoning_content"] != nil || m["reasoning_details"] != nil), c.sent())
		require.False(c.t, diet.Thoughts && m["tool_calls"] != nil && m["reasoning_content"] == nil, c.sent())
		calls, _ := m["tool_calls"].([]any)
		for _, call := range append(calls, map[string]any{"id": m["tool_call_id"]}) {
			if id := call.(map[string]any)["id"]; diet.ShortCallIDs && id != nil {
				require.Regexp(c.t, "^[0-9A-Za-z]{9}$", id)
			}
		}
		for name, value := range m {
			require.False(c.t, diet.NoNulls && value == nil && name != "content", c.sent())
		}
	}
	tools, _ := body["tools"].([]any)
	for _, tool := range tools {
		function, _ := tool.(map[string]any)["function"].(map[string]any)
		require.False(c.t, diet.NoStrict && function["strict"] != nil, c.sent())
	}
}

// history returns the model's message as the caller's SDK keeps it: a signature is
// bytes to it, whoever made it.
func (c *talk) history(r *api.Response) api.Message {
	parts := slices.Clone(r.Choices[0].Parts)
	for i := range parts {
		p := &parts[i]
		if p.SignatureOf == "" || p.SignatureOf == c.codec.Name() || c.codec.Name() == "openai" {
			continue
		}
		p.Signature = dialect.Seal(p)
		if c.codec.Name() == "genai" {
			p.Signature = base64.StdEncoding.EncodeToString([]byte(p.Signature))
		}
		p.SignatureOf = c.codec.Name()
		if p.Kind == api.PartRedacted {
			p.Kind = api.PartReasoning
		}
	}
	return api.Message{Role: api.RoleAssistant, Parts: parts}
}

func user(parts ...api.Part) api.Message { return api.Message{Parts: parts} }

// text joins the answer's parts of a kind.
func text(r *api.Response, kind api.PartKind) string {
	var all strings.Builder
	for _, p := range r.Choices[0].Parts {
		if p.Kind == kind {
			all.WriteString(p.Text)
		}
	}
	return all.String()
}

func calls(r *api.Response) (list []*api.ToolCall) {
	for _, p := range r.Choices[0].Parts {
		if p.Kind == api.PartToolCall {
			list = append(list, p.Call)
		}
	}
	return list
}

func tools() []api.Tool {
	city := api.JSON(`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`)
	return []api.Tool{{Name: "get_weather", Description: "Tells the weather.", Parameters: city}, {Name: "get_time", Parameters: city}}
}

// results answers calls, the last one first.
func results(calls []*api.ToolCall) api.Message {
	m := api.Message{Role: api.RoleTool}
	for i := len(calls) - 1; i >= 0; i-- {
		m.Parts = append(m.Parts, api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{
			ID: calls[i].ID, Name: calls[i].Name, Parts: []api.Part{{Text: "of " + calls[i].Name}},
		}})
	}
	return m
}
