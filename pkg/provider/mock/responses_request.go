package mock

import (
	"slices"
	"strings"

	"github.com/goccy/go-json"
)

// openaiResponses is POST /v1/responses, with errors and headers as for chat:
// https://platform.openai.com/docs/api-reference/responses
type openaiResponses struct{ openaiChat }

type responsesRequest struct {
	Model        string            `json:"model"`
	Input        json.RawMessage   `json:"input"`
	Instructions string            `json:"instructions"`
	Previous     string            `json:"previous_response_id"`
	Tools        []json.RawMessage `json:"tools"`
	ToolChoice   json.RawMessage   `json:"tool_choice"`
	Parallel     *bool             `json:"parallel_tool_calls"`
	Text         struct {
		Format struct {
			Type   string          `json:"type"`
			Schema json.RawMessage `json:"schema"`
		} `json:"format"`
	} `json:"text"`
	Reasoning struct {
		Effort  string `json:"effort"`
		Summary string `json:"summary"`
	} `json:"reasoning"`
	Include   []string        `json:"include"`
	Metadata  json.RawMessage `json:"metadata"`
	MaxTokens int             `json:"max_output_tokens"`
	Store     *bool           `json:"store"`
	Stream    bool            `json:"stream"`

	items []json.RawMessage // of the whole conversation
}

type responsesItem struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Arguments string          `json:"arguments"`
	Input     string          `json:"input"`
	Output    json.RawMessage `json:"output"`
	Encrypted string          `json:"encrypted_content"`
}

// elsewhere are members of other APIs, which this one does not take for its own.
var elsewhere = []string{"messages", "max_tokens", "max_completion_tokens", "response_format", "reasoning_effort", "stop", "n", "seed", "system", "fallbacks"}

// readResponses reads a request, which may go on with one that is kept.
func (s *Server) readResponses(body []byte, p *prompt) (*responsesRequest, error) {
	r := &responsesRequest{}
	if err := decode(body, r); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		return nil, err
	}
	for _, name := range elsewhere {
		if members[name] != nil {
			return nil, badRequestf("Unknown parameter: '%s'.", name)
		}
	}
	if r.Model == "" {
		return nil, badRequest("you must provide a model parameter")
	}
	if r.Previous != "" {
		kept, ok := s.responses.get(r.Previous)
		if !ok {
			return nil, badRequestf("Previous response with id '%s' not found.", r.Previous)
		}
		r.items = append(slices.Clone(kept.input), kept.output...)
	}
	if err := r.readInput(); err != nil {
		return nil, err
	}
	p.model, p.stream, p.usage = r.Model, r.Stream, true
	p.maxTokens = r.MaxTokens
	p.reasoning = r.Reasoning.Effort != "" && r.Reasoning.Effort != "none"
	p.oneCall = r.Parallel != nil && !*r.Parallel
	p.addSystem(r.Instructions)
	switch r.Text.Format.Type {
	case "json_schema":
		p.schema = r.Text.Format.Schema
	case "json_object":
		p.schema = anySchema
	}
	for i, raw := range r.Tools {
		if err := readResponsesTool(raw, "", i, p); err != nil {
			return nil, err
		}
	}
	if err := readResponsesChoice(r.ToolChoice, p); err != nil {
		return nil, err
	}
	return r, readResponsesItems(r.items, p)
}

func (r *responsesRequest) readInput() error {
	switch {
	case len(r.Input) == 0:
		if r.Previous == "" {
			return badRequest("Missing required parameter: 'input'.")
		}
	case r.Input[0] == '"':
		item := append([]byte(`{"type":"message","role":"user","content":`), r.Input...)
		r.items = append(r.items, append(item, '}'))
	default:
		var items []json.RawMessage
		if err := decode(r.Input, &items); err != nil {
			return err
		}
		r.items = append(r.items, items...)
	}
	return nil
}

// hosted are tools that the real API runs itself. This one never has a use for them.
var hosted = []string{"web_search", "web_search_preview", "file_search", "code_interpreter", "image_generation", "mcp", "local_shell", "shell", "computer_use_preview"}

func readResponsesTool(raw json.RawMessage, namespace string, i int, p *prompt) error {
	var t struct {
		Type       string            `json:"type"`
		Name       string            `json:"name"`
		Parameters json.RawMessage   `json:"parameters"`
		Tools      []json.RawMessage `json:"tools"`
	}
	if err := decode(raw, &t); err != nil {
		return err
	}
	switch {
	case t.Type == "namespace" && namespace == "":
		for j, inner := range t.Tools {
			if err := readResponsesTool(inner, t.Name, j, p); err != nil {
				return err
			}
		}
		return nil
	case slices.Contains(hosted, t.Type):
		return nil
	case t.Type != "function" && t.Type != "custom":
		return badRequestf("Invalid value: '%s'. Supported values are: 'function', 'custom', and the built-in tools.", t.Type)
	case t.Name == "":
		return badRequestf("Missing required parameter: 'tools[%d].name'.", i)
	}
	p.addTool(t.Name, t.Parameters)
	added := &p.tools[len(p.tools)-1]
	added.custom, added.namespace = t.Type == "custom", namespace
	return nil
}

func readResponsesChoice(raw json.RawMessage, p *prompt) error {
	if len(raw) == 0 || raw[0] == '"' {
		return readOpenAIChoice(raw, p)
	}
	var named struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	if err := decode(raw, &named); err != nil {
		return err
	}
	switch named.Type {
	case "function", "custom":
		if named.Name == "" {
			return badRequest("Missing required parameter: 'tool_choice.name'.")
		}
		p.choice, p.named = choiceNamed, named.Name
	}
	return nil
}

// sealedByMock begins what the mock gives out as encrypted reasoning.
const sealedByMock = "bW9jayByZWFzb25pbmc"

func readResponsesItems(items []json.RawMessage, p *prompt) error {
	called, answered := map[string]bool{}, map[string]bool{}
	for i, raw := range items {
		var m responsesItem
		if err := decode(raw, &m); err != nil {
			return err
		}
		switch m.Type {
		case "", "message":
			if err := readResponsesMessage(&m, i, p); err != nil {
				return err
			}
		case "function_call", "custom_tool_call":
			p.results = nil
			called[m.CallID] = true
			p.textBytes += len(m.Name) + len(m.Arguments) + len(m.Input)
		case "function_call_output", "custom_tool_call_output":
			if !called[m.CallID] {
				return badRequestf("No tool call found for function call output with call_id %s.", m.CallID)
			}
			answered[m.CallID] = true
			if err := readResponsesContent(m.Output, "input_", i, p, p.addResult); err != nil {
				return err
			}
		case "reasoning":
			if m.Encrypted != "" && !strings.HasPrefix(m.Encrypted, sealedByMock) {
				return badRequestf("The encrypted content for item %s could not be verified.", m.ID)
			}
			if m.Encrypted == "" && !strings.HasPrefix(m.ID, "rs_mock") {
				return badRequestf("Item '%s' of type 'reasoning' was not found.", m.ID)
			}
		}
	}
	for id := range called {
		if !answered[id] {
			return badRequestf("No tool output found for function call %s.", id)
		}
	}
	return nil
}

func readResponsesMessage(m *responsesItem, i int, p *prompt) error {
	switch m.Role {
	case "system", "developer":
		return readResponsesContent(m.Content, "input_", i, p, p.addSystem)
	case "user":
		p.userSaid()
		return readResponsesContent(m.Content, "input_", i, p, p.addText)
	case "assistant":
		p.results = nil
		return readResponsesContent(m.Content, "output_", i, p, func(s string) { p.textBytes += len(s) })
	}
	return badRequestf("Invalid value: '%s'. Supported values are: 'assistant', 'system', 'developer', and 'user'.", m.Role)
}

// readResponsesContent reads a content: a string, or parts whose types tell the side that says it.
func readResponsesContent(raw json.RawMessage, side string, i int, p *prompt, text func(string)) error {
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
		case side + "text":
			text(part.Text)
		case "refusal":
			text(part.Refusal)
		case "input_image":
			p.images++
		case "input_audio":
			p.audio++
		case "input_file":
			p.files++
		default:
			return badRequestf("Invalid value: '%s' at 'input[%d].content'. Supported values are: 'input_text', 'input_image', 'output_text', 'refusal', and 'input_file'.", part.Type, i)
		}
	}
	return nil
}
