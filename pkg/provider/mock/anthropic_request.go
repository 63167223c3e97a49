package mock

import (
	"encoding/base64"
	"hash/fnv"
	"strconv"

	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// anthropic is the Messages API: https://docs.anthropic.com/en/api/messages
type anthropic struct{}

type anthropicRequest struct {
	Model       string                `json:"model"`
	Version     string                `json:"anthropic_version"` // where no header has it
	MaxTokens   int                   `json:"max_tokens"`
	System      json.RawMessage       `json:"system"`
	Messages    []anthropicMessage    `json:"messages"`
	Tools       []anthropicTool       `json:"tools"`
	ToolChoice  anthropicChoice       `json:"tool_choice"`
	Thinking    struct{ Type string } `json:"thinking"`
	Output      anthropicOutput       `json:"output_config"`
	Stops       []string              `json:"stop_sequences"`
	Stream      bool                  `json:"stream"`
	Temperature json.RawMessage       `json:"temperature"`
	TopP        json.RawMessage       `json:"top_p"`
	TopK        json.RawMessage       `json:"top_k"`
}

type anthropicMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

type anthropicBlock struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	Thinking  string          `json:"thinking"`
	Signature string          `json:"signature"`
	ID        string          `json:"id"`
	Input     json.RawMessage `json:"input"`
	ToolUseID string          `json:"tool_use_id"`
	Content   json.RawMessage `json:"content"`
}

type anthropicTool struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"input_schema"`
}

type anthropicChoice struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	OneCall bool   `json:"disable_parallel_tool_use"`
}

type anthropicOutput struct {
	Format struct {
		Schema json.RawMessage `json:"schema"`
	} `json:"format"`
}

// noSampling is the first API version that refuses sampling parameters.
const noSampling = "2026-10-21"

func (a anthropic) read(c *call, p *prompt) error {
	r, err := a.decode(c, p)
	if err != nil {
		return err
	}
	if string(c.ctx.Request.Header.Peek("anthropic-version")) >= noSampling &&
		(r.Temperature != nil || r.TopP != nil || r.TopK != nil) {
		return badRequest("temperature, top_p and top_k are not supported with this anthropic-version")
	}
	p.stream = r.Stream
	return r.settings(p)
}

// settings fills p from how the model is to answer.
func (r *anthropicRequest) settings(p *prompt) error {
	if r.MaxTokens <= 0 {
		return badRequest("max_tokens: Field required")
	}
	p.maxTokens, p.stops = r.MaxTokens, r.Stops
	p.reasoning = r.Thinking.Type == "enabled" || r.Thinking.Type == "adaptive"
	p.schema = r.Output.Format.Schema
	p.oneCall = r.ToolChoice.OneCall
	switch r.ToolChoice.Type {
	case "", "auto":
	case "none":
		p.choice = choiceNone
	case "any":
		p.choice = choiceRequired
	case "tool":
		p.choice, p.named = choiceNamed, r.ToolChoice.Name
	default:
		return badRequest("tool_choice: Input tag '" + r.ToolChoice.Type + "' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'")
	}
	return nil
}

// decode reads what messages and count_tokens have in common.
func (anthropic) decode(c *call, p *prompt) (*anthropicRequest, error) {
	r := &anthropicRequest{}
	if err := decode(c.ctx.Request.Body(), r); err != nil {
		return nil, err
	}
	if c.op.model != "" {
		if err := r.readVertex(c.op.model); err != nil {
			return nil, err
		}
	}
	switch {
	case c.op.model == "" && len(c.ctx.Request.Header.Peek("anthropic-version")) == 0:
		return nil, badRequest("anthropic-version: header is required")
	case r.Model == "":
		return nil, badRequest("model: Field required")
	}
	p.model = r.Model
	return r, r.fill(p)
}

// fill fills p from what the model reads.
func (r *anthropicRequest) fill(p *prompt) error {
	if len(r.Messages) == 0 {
		return badRequest("messages: at least one message is required")
	}
	if err := readBlocks(r.System, func(b *anthropicBlock) error { p.addSystem(b.Text); return nil }); err != nil {
		return err
	}
	for _, t := range r.Tools {
		p.addTool(t.Name, t.Schema)
	}
	return readAnthropicMessages(r.Messages, p)
}

func readAnthropicMessages(messages []anthropicMessage, p *prompt) error {
	called := map[string]bool{} // of the message before
	for i := range messages {
		m := &messages[i]
		at := "messages." + strconv.Itoa(i)
		var err error
		switch m.Role {
		case "user":
			p.userSaid()
			err = readBlocks(m.Content, func(b *anthropicBlock) error { return p.addUserBlock(b, called, at) })
			if err == nil && len(called) > 0 {
				err = badRequest(at + ": `tool_use` ids were found without `tool_result` blocks immediately after")
			}
		case "assistant":
			p.results = nil
			err = readBlocks(m.Content, func(b *anthropicBlock) error { return p.addAssistantBlock(b, called, at) })
		case "system":
			err = readBlocks(m.Content, func(b *anthropicBlock) error { p.addSystem(b.Text); return nil })
		default:
			err = badRequest(at + ".role: Input should be 'user' or 'assistant'")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *prompt) addUserBlock(b *anthropicBlock, called map[string]bool, at string) error {
	switch b.Type {
	case "text":
		if b.Text == "" {
			return badRequest(at + ": text content blocks must be non-empty")
		}
		p.addText(b.Text)
	case "image":
		p.images++
	case "document", "search_result", "container_upload":
		p.files++
	case "tool_result":
		if !called[b.ToolUseID] {
			return badRequest(at + ": unexpected `tool_use_id` found in `tool_result` blocks: " + b.ToolUseID)
		}
		delete(called, b.ToolUseID)
		var texts string
		err := readBlocks(b.Content, func(b *anthropicBlock) error {
			texts += b.Text
			if b.Type == "image" {
				p.images++
			}
			return nil
		})
		p.addResult(texts)
		return err
	default:
		return badRequest(at + ".content: Input tag '" + b.Type + "' found using 'type' does not match any of the expected tags")
	}
	return nil
}

func (p *prompt) addAssistantBlock(b *anthropicBlock, called map[string]bool, at string) error {
	p.textBytes += len(b.Text) + len(b.Thinking) + len(b.Input)
	switch b.Type {
	case "tool_use":
		if len(b.Input) == 0 || b.Input[0] != '{' {
			return badRequest(at + ".content.input: Input should be a valid dictionary")
		}
		called[b.ID] = true
	case "thinking":
		if b.Signature != signature(b.Thinking) {
			return badRequest(at + ": Invalid `signature` in `thinking` block")
		}
	}
	return nil
}

// readBlocks reads content: a string, which is a text block, or blocks.
func readBlocks(raw json.RawMessage, each func(*anthropicBlock) error) error {
	switch {
	case len(raw) == 0:
		return nil
	case raw[0] == '"':
		b := anthropicBlock{Type: "text"}
		if err := decode(raw, &b.Text); err != nil {
			return err
		}
		return each(&b)
	}
	var blocks []anthropicBlock
	if err := decode(raw, &blocks); err != nil {
		return err
	}
	for i := range blocks {
		if err := each(&blocks[i]); err != nil {
			return err
		}
	}
	return nil
}

// signature seals a thinking block: it comes back with the block, and both must
// be unchanged.
func signature(thinking string) string {
	h := fnv.New128a()
	_, _ = h.Write([]byte(thinking)) // never fails
	return base64.StdEncoding.EncodeToString(h.Sum([]byte("mock-signature:")))
}

// anthropicCount is POST /v1/messages/count_tokens.
func (s *Server) anthropicCount(c *call) {
	p := &prompt{}
	if _, err := (anthropic{}).decode(c, p); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	n := compose(p, &c.plan).usage.input
	c.whole(s, typeJSON, append(strconv.AppendInt([]byte(`{"input_tokens":`), int64(n), 10), '}'))
}
