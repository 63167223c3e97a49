package mock

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// bedrockClaude is InvokeModel of Claude: Anthropic's Messages in Bedrock's hands.
type bedrockClaude struct{ bedrock }

func (bedrockClaude) read(c *call, p *prompt) error {
	body := jsonx.Value(c.ctx.Request.Body())
	for _, member := range []string{"model", "stream"} {
		if body.Get(member) != nil {
			return badRequest(member + ": Extra inputs are not permitted")
		}
	}
	if version, _ := body.Get("anthropic_version").Str(); version != "bedrock-2023-05-31" {
		return badRequest("anthropic_version: Field required")
	}
	for beta := range body.Get("anthropic_beta").Elements() {
		if name, _ := beta.Str(); name == "files-api-2025-04-14" {
			return badRequest("invalid beta flag")
		}
	}
	r := &anthropicRequest{}
	if err := decode(body, r); err != nil {
		return err
	}
	if err := r.fill(p); err != nil {
		return err
	}
	return r.settings(p)
}

func (bedrockClaude) appendWhole(dst []byte, a *answer) []byte {
	return anthropic{}.appendWhole(dst, a)
}

// appendStream puts each event's data into a frame.
func (bedrockClaude) appendStream(s *script, a *answer) {
	var events script
	anthropic{}.appendStream(&events, a)
	for i := range events.ends {
		_, data, _ := bytes.Cut(bytes.TrimSpace(events.event(i)), []byte("data: "))
		if i == len(events.ends)-1 {
			data = a.appendMetrics(bytes.Clone(data[:len(data)-1])) // what lies behind it is in use
		}
		payload := base64.StdEncoding.AppendEncode([]byte(`{"bytes":"`), data)
		s.buf = eventstream.AppendMessage(s.buf, &eventstream.Message{Name: []byte("chunk"), Payload: append(payload, `","p":"abc"}`...)})
		s.end()
	}
}

// appendMetrics ends the last chunk of a stream, of whichever model, with what it counts.
func (a *answer) appendMetrics(dst []byte) []byte {
	dst = append(dst, `,"amazon-bedrock-invocationMetrics":{"inputTokenCount":`...)
	dst = strconv.AppendInt(dst, int64(a.usage.input-a.usage.cached-a.usage.written), 10)
	dst = append(dst, `,"outputTokenCount":`...)
	dst = strconv.AppendInt(dst, int64(a.usage.output), 10)
	return append(dst, `,"invocationLatency":1,"firstByteLatency":1}}`...)
}
