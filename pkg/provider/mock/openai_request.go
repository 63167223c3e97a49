package mock

import (
	"github.com/goccy/go-json"
)

// openaiChat is POST /v1/chat/completions:
// https://platform.openai.com/docs/api-reference/chat
type openaiChat struct{}

type openaiRequest struct {
	Model           string          `json:"model"`
	Messages        []openaiMessage `json:"messages"`
	Tools           []openaiTool    `json:"tools"`
	ToolChoice      json.RawMessage `json:"tool_choice"`
	Parallel        *bool           `json:"parallel_tool_calls"`
	ResponseFormat  openaiFormat    `json:"response_format"`
	ReasoningEffort string          `json:"reasoning_effort"`
	MaxTokens       int             `json:"max_tokens"`
	MaxCompletion   int             `json:"max_completion_tokens"`
	Stop            json.RawMessage `json:"stop"`
	N               int             `json:"n"`
	Logprobs        bool            `json:"logprobs"`
	Stream          bool            `json:"stream"`
	StreamOptions   streamOptions   `json:"stream_options"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type openaiMessage struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"`
	Reasoning  string          `json:"reasoning_content"`
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  []struct {
		ID       string `json:"id"`
		Function struct {
			Name      string `json:"name"`
			Arguments string `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

type openaiPart struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Refusal string `json:"refusal"`
}

type openaiTool struct {
	Function struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	} `json:"function"`
}

type openaiFormat struct {
	Type       string `json:"type"`
	JSONSchema struct {
		Schema json.RawMessage `json:"schema"`
	} `json:"json_schema"`
}

func (openaiChat) read(c *call, p *prompt) error {
	var r openaiRequest
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return err
	}
	if r.Model == "" {
		return badRequest("you must provide a model parameter")
	}
	if len(r.Messages) == 0 {
		return badRequest("Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.")
	}
	p.model, p.stream, p.usage = r.Model, r.Stream, r.StreamOptions.IncludeUsage
	p.maxTokens = max(r.MaxTokens, r.MaxCompletion)
	p.count, p.logprobs = r.N, r.Logprobs
	p.reasoning = r.ReasoningEffort != "" && r.ReasoningEffort != "none"
	p.oneCall = r.Parallel != nil && !*r.Parallel
	p.stops = readStops(r.Stop)
	for _, t := range r.Tools {
		p.addTool(t.Function.Name, t.Function.Parameters)
	}
	switch r.ResponseFormat.Type {
	case "json_schema":
		p.schema = r.ResponseFormat.JSONSchema.Schema
	case "json_object":
		p.schema = anySchema
	}
	if err := readOpenAIChoice(r.ToolChoice, p); err != nil {
		return err
	}
	return readOpenAIMessages(r.Messages, p)
}

func readOpenAIMessages(messages []openaiMessage, p *prompt) error {
	called := map[string]bool{}
	for i := range messages {
		m := &messages[i]
		switch m.Role {
		case "system", "developer":
			if err := readOpenAIContent(m.Content, p, p.addSystem); err != nil {
				return err
			}
		case "user":
			p.userSaid()
			if err := readOpenAIContent(m.Content, p, p.addText); err != nil {
				return err
			}
		case "assistant":
			p.results = nil
			p.textBytes += len(m.Content) + len(m.Reasoning)
			for _, t := range m.ToolCalls {
				called[t.ID] = true
				p.textBytes += len(t.Function.Name) + len(t.Function.Arguments)
			}
		case "tool":
			if !called[m.ToolCallID] {
				return badRequestf("Invalid parameter: 'tool_call_id' of 'messages[%d]' not found in 'tool_calls' of a previous message.", i)
			}
			if err := readOpenAIContent(m.Content, p, p.addResult); err != nil {
				return err
			}
		default:
			return badRequestf("Invalid value: '%s'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", m.Role)
		}
	}
	return nil
}

// readOpenAIContent reads a message's content: a string, or parts.
func readOpenAIContent(raw json.RawMessage, p *prompt, text func(string)) error {
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		if err := decode(raw, &s); err != nil {
			return err
		}
		text(s)
		return nil
	}
	var parts []openaiPart
	if err := decode(raw, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		switch part.Type {
		case "text":
			text(part.Text)
		case "refusal":
			text(part.Refusal)
		case "image_url":
			p.images++
		case "input_audio":
			p.audio++
		case "file":
			p.files++
		default:
			return badRequestf("Invalid value: '%s'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', and 'file'.", part.Type)
		}
	}
	return nil
}

func readOpenAIChoice(raw json.RawMessage, p *prompt) error {
	if len(raw) == 0 {
		return nil
	}
	if raw[0] == '"' {
		switch string(raw) {
		case `"auto"`:
		case `"none"`:
			p.choice = choiceNone
		case `"required"`:
			p.choice = choiceRequired
		default:
			return badRequestf("Invalid value: %s. Supported values are: 'none', 'auto', and 'required'.", raw)
		}
		return nil
	}
	var named struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	if err := decode(raw, &named); err != nil {
		return err
	}
	if named.Function.Name != "" {
		p.choice, p.named = choiceNamed, named.Function.Name
	}
	return nil
}

// readStops reads a string or several; anything else is none.
func readStops(raw json.RawMessage) []string {
	var one string
	var several []string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	if json.Unmarshal(raw, &several) != nil {
		return nil
	}
	return several
}

// decode reads JSON into a struct.
func decode(raw []byte, into any) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return badRequestf("We could not parse the JSON body of your request: %v", err)
	}
	return nil
}
