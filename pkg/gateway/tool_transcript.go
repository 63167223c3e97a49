package gateway

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/transcript"
)

// keepToolTranscript hands over what a tool was given and what it said, if that is kept: the
// arguments and the result as plugins have left them.
func (c *Call) keepToolTranscript(t *ToolCall, result *mcp.Result) {
	rules := c.snapshot.transcripts
	if !rules.Keep(c.ownBodies(), c.failed != nil || result != nil && result.IsError) || !c.speaks() {
		return
	}
	c.id() // it may have none yet
	h := transcript.Heard{
		CallID: c.CallID.String(), Time: c.began, Rules: rules, Request: transcript.PieceOf(rules, t.Arguments, jsonType),
		Codec: c.In, Head: dialect.Head{Op: api.OpTool},
	}
	if c.plugged != nil {
		h.Concealed = c.plugged.run.Call.Concealed()
	}
	if c.failed != nil {
		_, body := c.In.AppendError(nil, c.failed)
		h.Response = transcript.PieceOf(rules, body, jsonType)
	} else if body, err := json.Marshal(toldBy(result)); err == nil { // of a server's JSON it can be
		h.Response = transcript.PieceOf(rules, body, jsonType)
	}
	c.gateway.options.Transcripts.Put(h)
}

// toolResult is a tool's result as the protocol has it:
// https://modelcontextprotocol.io/specification/2025-06-18/server/tools#tool-result
type toolResult struct {
	Content    []toolContent   `json:"content"`
	Structured json.RawMessage `json:"structuredContent,omitempty"`
	IsError    bool            `json:"isError,omitempty"`
}

type toolContent struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
	MIME string `json:"mimeType,omitempty"`
	Data string `json:"data,omitempty"` // how much there is
	URI  string `json:"uri,omitempty"`
}

var contentTypes = map[api.PartKind]string{api.PartImage: "image", api.PartAudio: "audio", api.PartFile: "resource"}

// toldBy is a result without what is not for reading.
func toldBy(r *mcp.Result) toolResult {
	out := toolResult{Content: []toolContent{}, Structured: json.RawMessage(r.Structured), IsError: r.IsError}
	for i := range r.Parts {
		p := &r.Parts[i]
		if p.Media == nil {
			out.Content = append(out.Content, toolContent{Type: "text", Text: p.Text})
			continue
		}
		size := fmt.Sprintf("[%d bytes]", base64.StdEncoding.DecodedLen(len(p.Media.Data)))
		out.Content = append(out.Content, toolContent{Type: contentTypes[p.Kind], MIME: p.Media.MIME, Data: size, URI: p.Media.Name})
	}
	return out
}
