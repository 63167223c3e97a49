package mock

import (
	"strings"

	"github.com/goccy/go-json"
)

// cohere is POST /v2/chat: https://docs.cohere.com/v2/reference/chat
type cohere struct{}

type cohereRequest struct {
	Model          string            `json:"model"`
	Messages       []cohereMessage   `json:"messages"`
	Documents      []json.RawMessage `json:"documents"`
	Tools          []openaiTool      `json:"tools"`
	ToolChoice     string            `json:"tool_choice"`
	ResponseFormat struct {
		Type   string          `json:"type"`
		Schema json.RawMessage `json:"json_schema"`
	} `json:"response_format"`
	Thinking struct {
		Type   string `json:"type"`
		Budget *int   `json:"token_budget"`
	} `json:"thinking"`
	MaxTokens int      `json:"max_tokens"`
	Stops     []string `json:"stop_sequences"`
	Logprobs  bool     `json:"logprobs"`
	Stream    bool     `json:"stream"`
}

type cohereMessage struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"`
	ToolPlan   string          `json:"tool_plan"`
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  []struct {
		ID       string `json:"id"`
		Function struct {
			Name      string `json:"name"`
			Arguments string `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

type coherePart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Thinking string `json:"thinking"`
	Document struct {
		Data json.RawMessage `json:"data"`
	} `json:"document"`
}

// cohereUnknown are the fields of other dialects that are no fields here; the API
// refuses what it does not know.
var cohereUnknown = []string{
	"top_p", "top_k", "stop", "n", "max_completion_tokens", "parallel_tool_calls", "reasoning_effort", "logit_bias", "user",
}

func (cohere) read(c *call, p *prompt) error {
	body := c.ctx.Request.Body()
	var r cohereRequest
	var members map[string]json.RawMessage
	if err := decode(body, &r); err != nil {
		return err
	}
	if err := decode(body, &members); err != nil {
		return err
	}
	for _, field := range cohereUnknown {
		if members[field] != nil {
			return badRequestf("invalid request: unknown field %q", field)
		}
	}
	switch {
	case r.Model == "":
		return badRequest("invalid request: model is required")
	case len(r.Messages) == 0:
		return badRequest("invalid request: messages must be at least 1 item long")
	case r.Thinking.Type == "enabled" && r.Thinking.Budget != nil && *r.Thinking.Budget <= 0:
		return badRequest("invalid request: thinking.token_budget must be positive")
	case r.ToolChoice != "" && len(r.Tools) == 0:
		return badRequest("invalid request: tool_choice is given without tools")
	}
	p.model, p.stream, p.usage = r.Model, r.Stream, true
	p.maxTokens, p.stops, p.logprobs = r.MaxTokens, r.Stops, r.Logprobs
	p.reasoning = r.Thinking.Type == "enabled"
	for _, t := range r.Tools {
		if len(t.Function.Parameters) == 0 {
			return badRequestf("invalid request: tool %s has no parameters", t.Function.Name)
		}
		p.addTool(t.Function.Name, t.Function.Parameters)
	}
	switch r.ToolChoice {
	case "":
	case "NONE":
		p.choice = choiceNone
	case "REQUIRED":
		p.choice = choiceRequired
	default:
		return badRequestf("invalid request: tool_choice must be one of REQUIRED, NONE, not %q", r.ToolChoice)
	}
	if r.ResponseFormat.Type == "json_object" {
		if p.schema = anySchema; len(r.ResponseFormat.Schema) > 0 {
			p.schema = r.ResponseFormat.Schema
		}
	}
	if err := readCohereMessages(r.Messages, p); err != nil {
		return err
	}
	p.files = len(r.Documents)
	for _, d := range r.Documents {
		p.textBytes += len(d)
	}
	return nil
}

func readCohereMessages(messages []cohereMessage, p *prompt) error {
	called := map[string]bool{}
	for i := range messages {
		m := &messages[i]
		var err error
		switch m.Role {
		case "system":
			err = readCohereContent(m.Content, p, p.addSystem)
		case "user":
			p.userSaid()
			err = readCohereContent(m.Content, p, p.addText)
		case "assistant":
			p.results = nil
			p.textBytes += len(m.Content) + len(m.ToolPlan)
			for _, t := range m.ToolCalls {
				called[t.ID] = true
				p.textBytes += len(t.Function.Name) + len(t.Function.Arguments)
			}
			if len(m.ToolCalls) == 0 && len(m.Content) == 0 {
				err = badRequestf("invalid request: message at messages[%d] must have content or tool calls", i)
			}
		case "tool":
			if !called[m.ToolCallID] {
				return badRequestf("invalid request: tool_call_id %q of messages[%d] is not that of a call before", m.ToolCallID, i)
			}
			err = readCohereContent(m.Content, p, p.addResult)
		default:
			err = badRequestf("invalid request: role %q of messages[%d] is unknown", m.Role, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readCohereContent reads a message's content: a string, or blocks.
func readCohereContent(raw json.RawMessage, p *prompt, text func(string)) error {
	if strings.HasPrefix(string(raw), `"`) {
		var s string
		if err := decode(raw, &s); err != nil {
			return err
		}
		text(s)
		return nil
	}
	var parts []coherePart
	if err := decode(raw, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		switch part.Type {
		case "text":
			text(part.Text)
		case "thinking":
			p.textBytes += len(part.Thinking)
		case "image_url":
			p.images++
		case "document":
			text(string(part.Document.Data))
		default:
			return badRequestf("invalid request: content type %q is unknown", part.Type)
		}
	}
	return nil
}
