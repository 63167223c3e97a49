package mock

import (
	"strconv"
	"strings"

	"github.com/goccy/go-json"
)

// bedrock is Converse and ConverseStream:
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
type bedrock struct{}

type bedrockRequest struct {
	System    []bedrockBlock   `json:"system"`
	Messages  []bedrockMessage `json:"messages"`
	Inference struct {
		MaxTokens   int      `json:"maxTokens"`
		Temperature *float64 `json:"temperature"`
		TopP        *float64 `json:"topP"`
		Stops       []string `json:"stopSequences"`
	} `json:"inferenceConfig"`
	Tools  *bedrockTools `json:"toolConfig"`
	Output struct {
		Format struct {
			Structure struct {
				Schema struct {
					Schema string `json:"schema"`
				} `json:"jsonSchema"`
			} `json:"structure"`
		} `json:"textFormat"`
	} `json:"outputConfig"`
	Model struct {
		Thinking struct{ Type string } `json:"thinking"`
		Choice   *anthropicChoice      `json:"tool_choice"`
	} `json:"additionalModelRequestFields"`
}

type bedrockMessage struct {
	Role    string         `json:"role"`
	Content []bedrockBlock `json:"content"`
}

type bedrockBlock struct {
	Text     *string       `json:"text"`
	Image    *bedrockMedia `json:"image"`
	Document *bedrockMedia `json:"document"`
	Audio    *bedrockMedia `json:"audio"`
	ToolUse  *struct {
		ID    string          `json:"toolUseId"`
		Input json.RawMessage `json:"input"`
	} `json:"toolUse"`
	ToolResult *struct {
		ID      string         `json:"toolUseId"`
		Content []bedrockBlock `json:"content"`
	} `json:"toolResult"`
	Reasoning *struct {
		Text struct {
			Text      string `json:"text"`
			Signature string `json:"signature"`
		} `json:"reasoningText"`
	} `json:"reasoningContent"`
	CachePoint json.RawMessage `json:"cachePoint"`
}

type bedrockMedia struct {
	Format string `json:"format"`
	Name   string `json:"name"`
	Source struct {
		Bytes []byte          `json:"bytes"`
		S3    json.RawMessage `json:"s3Location"`
	} `json:"source"`
}

type bedrockTools struct {
	Tools []struct {
		Spec *struct {
			Name        string                         `json:"name"`
			InputSchema struct{ JSON json.RawMessage } `json:"inputSchema"`
		} `json:"toolSpec"`
	} `json:"tools"`
	Choice *struct {
		Any  *struct{}              `json:"any"`
		Tool *struct{ Name string } `json:"tool"`
	} `json:"toolChoice"`
}

func (bedrock) read(c *call, p *prompt) error {
	var r bedrockRequest
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return err
	}
	return r.read(p)
}

func (r *bedrockRequest) read(p *prompt) error {
	if len(r.Messages) == 0 {
		return badRequest("A conversation must start with a user message.")
	}
	for _, v := range []*float64{r.Inference.Temperature, r.Inference.TopP} {
		if v != nil && (*v < 0 || *v > 1) {
			return badRequest("Value at 'inferenceConfig' failed to satisfy constraint: Member must have value between 0 and 1")
		}
	}
	p.maxTokens, p.stops = r.Inference.MaxTokens, r.Inference.Stops
	p.reasoning = r.Model.Thinking.Type == "enabled" || r.Model.Thinking.Type == "adaptive"
	if schema := r.Output.Format.Structure.Schema.Schema; schema != "" {
		p.schema = json.RawMessage(schema)
	}
	if err := r.readTools(p); err != nil {
		return err
	}
	for i := range r.System {
		if err := r.System[i].inSystem(p); err != nil {
			return err
		}
	}
	return r.readMessages(p)
}

func (b *bedrockBlock) inSystem(p *prompt) error {
	switch {
	case b.Text != nil && *b.Text == "":
		return badRequest("The text field in the ContentBlock object is blank.")
	case b.Text != nil:
		p.addSystem(*b.Text)
	}
	return nil
}

func (r *bedrockRequest) readTools(p *prompt) error {
	if r.Tools == nil {
		return nil
	}
	if len(r.Tools.Tools) == 0 {
		return badRequest("Value at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	for _, t := range r.Tools.Tools {
		if t.Spec != nil {
			p.addTool(t.Spec.Name, t.Spec.InputSchema.JSON)
		}
	}
	own := r.Model.Choice
	switch choice := r.Tools.Choice; {
	case choice != nil && own != nil:
		return badRequest("The additional field tool_choice/type conflicts with the existing field toolConfig.toolChoice. Remove tool_choice/type and try again.")
	case own != nil:
		p.oneCall = own.OneCall
	case choice == nil:
	case choice.Any != nil:
		p.choice = choiceRequired
	case choice.Tool != nil:
		p.choice, p.named = choiceNamed, choice.Tool.Name
	}
	return nil
}

func (r *bedrockRequest) readMessages(p *prompt) error {
	called := map[string]bool{} // of the message before
	before := ""
	for i := range r.Messages {
		m := &r.Messages[i]
		at := "messages." + strconv.Itoa(i)
		switch {
		case len(m.Content) == 0:
			return badRequest("The content field in the Message object at " + at + " is empty. Add a ContentBlock object to the content field and try again.")
		case m.Role == before:
			return badRequest("A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.")
		case m.Role == "user":
			p.userSaid()
		case m.Role == "assistant" && i > 0:
			p.results = nil
		default:
			return badRequest("A conversation must start with a user message. Try again with a conversation that starts with a user message.")
		}
		before = m.Role
		for j := range m.Content {
			if err := r.readBlock(&m.Content[j], p, called, m.Role); err != nil {
				return err
			}
		}
		if m.Role == "user" && len(called) > 0 {
			return badRequest("Expected toolResult blocks at " + at + " for the following Ids: the tool uses before.")
		}
	}
	return nil
}

func (r *bedrockRequest) readBlock(b *bedrockBlock, p *prompt, called map[string]bool, role string) error {
	switch {
	case b.Text != nil && *b.Text == "":
		return badRequest("The text field in the ContentBlock object is blank. Add text to the text field, and try again.")
	case b.Text != nil && role == "user":
		p.addText(*b.Text)
	case b.Text != nil:
		p.textBytes += len(*b.Text)
	case b.Image != nil:
		p.images++
		return b.Image.check(false)
	case b.Document != nil:
		p.files++
		return b.Document.check(true)
	case b.Audio != nil:
		p.audio++
		return b.Audio.check(false)
	case b.Reasoning != nil:
		if t := b.Reasoning.Text; t.Signature != signature(t.Text) {
			return badRequest("The model returned the following errors: Invalid `signature` in `thinking` block")
		}
	case b.ToolUse != nil || b.ToolResult != nil:
		if r.Tools == nil {
			return badRequest("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
		}
		return b.readCall(p, called)
	case b.CachePoint == nil:
		return badRequest("ContentBlock object must set one of the following keys: text, image, toolUse, toolResult, document, video, cachePoint, reasoningContent, citationsContent, searchResult.")
	}
	return nil
}

func (b *bedrockBlock) readCall(p *prompt, called map[string]bool) error {
	if use := b.ToolUse; use != nil {
		p.textBytes += len(use.Input)
		if len(use.Input) == 0 || use.Input[0] != '{' {
			return badRequest("The format of the value at toolUse.input is invalid. Provide a json object for the field and try again.")
		}
		called[use.ID] = true
		return nil
	}
	result := b.ToolResult
	if !called[result.ID] {
		return badRequest("The toolResult blocks contain an Id that is none of the toolUse blocks before: " + result.ID)
	}
	delete(called, result.ID)
	var texts strings.Builder
	for i := range result.Content {
		switch in := &result.Content[i]; {
		case in.Text != nil:
			texts.WriteString(*in.Text)
		case in.Image != nil:
			p.images++
		}
	}
	p.addResult(texts.String())
	return nil
}

// check refuses media without content, and names that Bedrock does not take.
func (m *bedrockMedia) check(named bool) error {
	switch {
	case m.Format == "":
		return badRequest("Value null at 'format' failed to satisfy constraint: Member must not be null")
	case len(m.Source.Bytes) == 0 && len(m.Source.S3) == 0:
		return badRequest("The source field must set one of the following keys: bytes, s3Location.")
	case named && (m.Name == "" || strings.Contains(m.Name, "  ") || strings.Trim(m.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -()[]") != ""):
		return badRequest("The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.")
	}
	return nil
}
