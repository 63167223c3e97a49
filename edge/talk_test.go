package edge_test

import (
	"encoding/base64"
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
var prefixes = map[string]string{"openai": "/v1", "anthropic": "/anthropic/v1", "genai": "/genai/v1beta"}

// conformanceModels are models of each provider's dialect that can think.
var conformanceModels = map[string]string{
	"openai": "gpt-5-mini", "anthropic": "claude-sonnet-4-6", "genai": "gemini-3-flash-preview",
}

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
	res := c.door.post(c.t, path, string(body))
	require.Equal(c.t, 200, res.Status, "%s\nanswered with\n%s\nto\n%s", c.sent(), res.Body, body)
	if r.Stream {
		return dialecttest.ReadStream(c.t, c.codec, r.Op, []byte(res.Body))
	}
	var answer api.Response
	require.Nil(c.t, c.codec.DecodeResponse(r.Op, []byte(res.Body), &answer), res.Body)
	return answer
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

// sent is the newest body that the provider got.
func (c *talk) sent() string {
	all := c.mock.Requests()
	return string(all[len(all)-1].Body)
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
