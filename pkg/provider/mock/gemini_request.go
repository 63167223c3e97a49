package mock

import (
	"strings"

	"github.com/goccy/go-json"
)

// gemini is the Gemini API's generateContent and streamGenerateContent:
// https://ai.google.dev/api/generate-content
type gemini struct{}

type geminiRequest struct {
	System     geminiContent   `json:"systemInstruction"`
	Contents   []geminiContent `json:"contents"`
	Tools      []geminiTools   `json:"tools"`
	ToolConfig struct {
		Calling struct {
			Mode    string   `json:"mode"`
			Allowed []string `json:"allowedFunctionNames"`
		} `json:"functionCallingConfig"`
	} `json:"toolConfig"`
	Config geminiConfig `json:"generationConfig"`
}

type geminiContent struct {
	Role  string       `json:"role"`
	Parts []geminiPart `json:"parts"`
}

type geminiPart struct {
	Text     string          `json:"text"`
	Thought  bool            `json:"thought"`
	Inline   *geminiData     `json:"inlineData"`
	File     *geminiData     `json:"fileData"`
	Call     json.RawMessage `json:"functionCall"`
	Response *struct {
		Name     string          `json:"name"`
		Response json.RawMessage `json:"response"`
	} `json:"functionResponse"`
	Signature string `json:"thoughtSignature"`
}

type geminiData struct {
	MimeType string `json:"mimeType"`
}

type geminiTools struct {
	Functions []struct {
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
		Schema     json.RawMessage `json:"parametersJsonSchema"`
	} `json:"functionDeclarations"`
}

type geminiConfig struct {
	MaxTokens  int             `json:"maxOutputTokens"`
	Stops      []string        `json:"stopSequences"`
	Count      int             `json:"candidateCount"`
	MimeType   string          `json:"responseMimeType"`
	Schema     json.RawMessage `json:"responseSchema"`
	JSONSchema json.RawMessage `json:"responseJsonSchema"`
	Thinking   struct {
		Include bool `json:"includeThoughts"`
		Snake   bool `json:"include_thoughts"` // as Google's Python SDK spells it
	} `json:"thinkingConfig"`
}

func (gemini) read(c *call, p *prompt) error {
	var r geminiRequest
	if err := decode(c.ctx.Request.Body(), &r); err != nil {
		return err
	}
	if len(r.Contents) == 0 {
		return badRequest("* GenerateContentRequest.contents: contents is not specified\n")
	}
	p.array = p.stream && string(c.ctx.QueryArgs().Peek("alt")) != "sse"
	p.maxTokens, p.stops, p.count = r.Config.MaxTokens, r.Config.Stops, r.Config.Count
	p.reasoning = r.Config.Thinking.Include || r.Config.Thinking.Snake
	if r.Config.MimeType == typeJSON {
		p.schema = firstRaw(r.Config.JSONSchema, r.Config.Schema, anySchema)
	}
	for _, t := range r.Tools {
		for _, f := range t.Functions {
			p.addTool(f.Name, firstRaw(f.Schema, f.Parameters))
		}
	}
	switch calling := r.ToolConfig.Calling; calling.Mode {
	case "NONE":
		p.choice = choiceNone
	case "ANY":
		p.choice = choiceRequired
		if len(calling.Allowed) == 1 {
			p.choice, p.named = choiceNamed, calling.Allowed[0]
		}
	}
	for _, part := range r.System.Parts {
		p.addSystem(part.Text)
	}
	return p.readContents(r.Contents)
}

func (p *prompt) readContents(contents []geminiContent) error {
	needsSignature := strings.HasPrefix(p.model, "gemini-3")
	for i := range contents {
		switch content := &contents[i]; content.Role {
		case "user", "": // a single turn may go without
			p.userSaid()
			for j := range content.Parts {
				p.addUserPart(&content.Parts[j])
			}
		case "model":
			p.results = nil
			first := true // of parallel calls only the first is signed
			for _, part := range content.Parts {
				p.textBytes += len(part.Text) + len(part.Call)
				if len(part.Call) > 0 && first {
					first = false
					if needsSignature && part.Signature == "" {
						return badRequest("Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly.")
					}
				}
			}
		default:
			return badRequest("Please use a valid role: user, model.")
		}
	}
	return nil
}

func (p *prompt) addUserPart(part *geminiPart) {
	switch {
	case part.Response != nil:
		p.addResult(string(part.Response.Response))
	case part.Inline != nil:
		p.addMedia(part.Inline.MimeType)
	case part.File != nil:
		p.addMedia(part.File.MimeType)
	default:
		p.addText(part.Text)
	}
}

// addMedia counts a part by its type.
func (p *prompt) addMedia(mimeType string) {
	switch {
	case strings.HasPrefix(mimeType, "image/"):
		p.images++
	case strings.HasPrefix(mimeType, "audio/"):
		p.audio++
	default:
		p.files++
	}
}

// firstRaw returns the first value that is there.
func firstRaw(values ...json.RawMessage) json.RawMessage {
	for _, v := range values {
		if len(v) > 0 {
			return v
		}
	}
	return nil
}
