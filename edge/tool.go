package edge

import (
	"encoding/json"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

const pathOfTool = "/v1/mcp/tool/execute"

// toolRoutes are for callers who run themselves what a model wants run.
var toolRoutes = []Route{
	{Method: "POST", Path: pathOfTool, Op: api.OpTool, codec: codecs.OpenAI, serve: (*request).runTool},
}

// wantedTool is the wish of a model as an answer has it: of OpenAI's chat in function, of
// its Responses API in the members beside it.
type wantedTool struct {
	ID       string `json:"id"`
	Function struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	} `json:"function"`

	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

// runTool answers a request to run a tool.
func (r *request) runTool(route *Route, query string) {
	format := string(r.ctx.QueryArgs().Peek("format"))
	responses := format == "responses"
	err := r.fill(route, query)
	if err == nil && format != "" && format != "chat" && !responses {
		err = api.Invalid("invalid_format", "format", "format must be chat or responses.")
	}
	if err != nil {
		r.refuse(route.codec, err)
		return
	}
	if responses {
		r.call.In = codecs.Responses
	}
	wanted, err := readWanted(r.body, responses)
	if err != nil {
		r.refuse(route.codec, err)
		return
	}
	ctx, cancel := r.whileThere()
	defer cancel()
	result, err := r.edge.gateway.RunTool(ctx, r.call, wanted)
	if err != nil {
		r.refuse(route.codec, err)
		return
	}
	r.ctx.SetStatusCode(200)
	r.describe()
	r.tellLimits()
	r.ctx.Response.Header.SetContentType("application/json")
	r.ctx.Response.SetBody(toolAnswer(wanted.ID, result, responses))
	r.end()
}

// readWanted reads which tool is to be run.
func readWanted(body []byte, responses bool) (gateway.ToolCall, *api.Error) {
	var w wantedTool
	if err := json.Unmarshal(body, &w); err != nil {
		return gateway.ToolCall{}, api.Invalid("invalid_json", "", "The body must be the call of a tool as a model's answer has it.")
	}
	t := gateway.ToolCall{ID: w.ID, Name: w.Function.Name}
	param, given := "function.name", w.Function.Arguments
	if responses {
		t.ID, t.Name, param, given = w.CallID, w.Name, "name", w.Arguments
	}
	if t.Name == "" {
		return t, api.Invalid("missing_tool_name", param, "The body must name the tool in %s.", param)
	}
	t.Arguments = api.JSON(given)
	if len(given) > 0 && given[0] == '"' { // as models give them: JSON within a string
		var text string
		if err := json.Unmarshal(given, &text); err != nil {
			return t, api.Invalid("invalid_tool_arguments", "arguments", "The arguments cannot be read.")
		}
		t.Arguments = api.JSON(text)
	}
	return t, nil
}

// chatToolMessage is a tool's result as a message of OpenAI's chat.
type chatToolMessage struct {
	Role       string `json:"role"`
	ToolCallID string `json:"tool_call_id"`
	Content    any    `json:"content"`
	IsError    bool   `json:"is_error,omitempty"`
}

// functionOutput is a tool's result as an item of the Responses API.
type functionOutput struct {
	Type    string `json:"type"`
	CallID  string `json:"call_id"`
	Output  any    `json:"output"`
	Status  string `json:"status"`
	IsError bool   `json:"is_error,omitempty"`
}

// toolAnswer is a message that may be appended to the conversation as it is.
func toolAnswer(id string, result *mcp.Result, responses bool) []byte {
	var answer any
	if responses {
		answer = functionOutput{"function_call_output", id, contentOf(result, "input_text", responsesMedia), "completed", result.IsError}
	} else {
		answer = chatToolMessage{"tool", id, contentOf(result, "text", chatMedia), result.IsError}
	}
	body, err := json.Marshal(answer)
	if err != nil { // of strings it always can be
		return nil
	}
	return body
}

// contentOf is the result as text, or as a list of parts where there is more than text.
func contentOf(result *mcp.Result, text string, media func(*api.Part) map[string]any) any {
	parts := make([]map[string]any, 0, len(result.Parts))
	plain := true
	for i := range result.Parts {
		p := &result.Parts[i]
		if p.Kind == api.PartText {
			parts = append(parts, map[string]any{"type": text, "text": p.Text})
			continue
		}
		plain = false
		parts = append(parts, media(p))
	}
	if plain && len(parts) == 0 && len(result.Structured) > 0 {
		return string(result.Structured)
	}
	if plain {
		return result.Text()
	}
	return parts
}

func chatMedia(p *api.Part) map[string]any {
	url := "data:" + p.Media.MIME + ";base64," + p.Media.Data
	switch p.Kind {
	case api.PartImage:
		return map[string]any{"type": "image_url", "image_url": map[string]string{"url": url}}
	case api.PartAudio:
		return map[string]any{"type": "input_audio", "input_audio": map[string]string{"data": p.Media.Data, "format": formatOf(p.Media.MIME)}}
	}
	return map[string]any{"type": "file", "file": map[string]string{"filename": p.Media.Name, "file_data": url}}
}

func responsesMedia(p *api.Part) map[string]any {
	url := "data:" + p.Media.MIME + ";base64," + p.Media.Data
	if p.Kind == api.PartImage {
		return map[string]any{"type": "input_image", "image_url": url}
	}
	return map[string]any{"type": "input_file", "filename": p.Media.Name, "file_data": url}
}

// formatOf is how OpenAI names a kind of sound.
func formatOf(mime string) string {
	if mime == "audio/wav" || mime == "audio/x-wav" {
		return "wav"
	}
	return "mp3"
}
