package frame

import (
	"fmt"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

func appendTool(o *put.Object, t *plugin.ToolCall) {
	o.Key("tool")
	in := put.Begin(o.Dst)
	in.Some("id", t.ID)
	in.Some("client", t.Client)
	in.Text("name", t.Name)
	in.Some("original", t.Original)
	in.Dst = put.Raw(in.Dst, "arguments", t.Arguments)
	in.Dst = strconv.AppendBool(put.Key(in.Dst, "auto_run"), t.AutoRun)
	o.Dst = in.End()
}

// appendResult writes a tool's result, its content in the form of MCP. Each piece has the
// number by which an answer can name it.
func appendResult(o *put.Object, r *plugin.ToolResult) {
	o.Key("result")
	in := put.Begin(o.Dst)
	in.Key("content")
	in.Dst = append(in.Dst, '[')
	for i := range r.Parts {
		p := &r.Parts[i]
		piece := put.Begin(put.Comma(in.Dst))
		piece.Dst = put.Int(piece.Dst, "at", int64(i))
		piece.Text("type", partNames[p.Kind])
		piece.Some("text", p.Text)
		if p.Media != nil {
			piece.Some("mimeType", p.Media.MIME)
			piece.Some("data", p.Media.Data)
			piece.Some("uri", p.Media.URL)
		}
		in.Dst = piece.End()
	}
	in.Dst = append(in.Dst, ']')
	in.Dst = put.Raw(in.Dst, "structured", r.Structured)
	in.Dst = strconv.AppendBool(put.Key(in.Dst, "is_error"), r.IsError)
	o.Dst = in.End()
}

type toolResult struct {
	Content    []content `json:"content"`
	Structured raw       `json:"structured"`
	IsError    bool      `json:"is_error"`
}

type content struct {
	At       *int    `json:"at"`
	Type     string  `json:"type"`
	Text     *string `json:"text"`
	MIMEType string  `json:"mimeType"`
	Data     string  `json:"data"`
}

// newResult reads a result; given is what was shown, nil for nothing.
func newResult(r *toolResult, given []api.Part) (*plugin.ToolResult, error) {
	out := &plugin.ToolResult{Structured: api.JSON(r.Structured), IsError: r.IsError}
	for _, c := range r.Content {
		var p api.Part
		switch {
		case c.At != nil:
			if *c.At < 0 || *c.At >= len(given) {
				return nil, fmt.Errorf("the result has a piece %d, and %d were shown", *c.At, len(given))
			}
			p = given[*c.At]
		case c.Type == "text" || c.Type == "":
		case c.Type == "image":
			p = api.Part{Kind: api.PartImage, Media: &api.Media{MIME: c.MIMEType, Data: c.Data}}
		case c.Type == "audio":
			p = api.Part{Kind: api.PartAudio, Media: &api.Media{MIME: c.MIMEType, Data: c.Data}}
		default:
			return nil, fmt.Errorf("the result has a piece of the type %.40q", c.Type)
		}
		if c.Text != nil {
			p.Text = *c.Text
		}
		out.Parts = append(out.Parts, p)
	}
	return out, nil
}

// isObject says whether arguments are such.
func isObject(v api.JSON) bool {
	return jsonx.Value(v).Kind() == jsonx.Object && jsonx.Valid(v) == nil
}
