package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// v1Answer is an answer to the first version of chat, as far as it has come.
type v1Answer struct {
	id     string
	text   []byte
	calls  []api.ToolCall
	cites  []byte // elements of citations
	finish api.Finish
	stop   string
	usage  api.Usage
}

// appendV1Response writes a whole answer.
func appendV1Response(dst []byte, h *dialect.Head, r *api.Response) []byte {
	a := v1Answer{id: r.ID, usage: r.Usage}
	if len(r.Choices) > 0 {
		c := &r.Choices[0]
		a.finish, a.stop = c.Finish, c.StopSequence
		for i := range c.Parts {
			p := &c.Parts[i]
			switch p.Kind {
			case api.PartText, api.PartRefusal, api.PartAudio:
				a.text = append(a.text, p.Text...)
			case api.PartToolCall:
				a.calls = append(a.calls, *p.Call)
			}
			for j := range p.Citations {
				a.cite(&p.Citations[j])
			}
		}
	}
	return a.append(dst, h)
}

// cite adds a citation; of its sources only the names stand in this version's.
func (a *v1Answer) cite(c *api.Citation) {
	if !citable(c) {
		return
	}
	if len(a.cites) > 0 {
		a.cites = append(a.cites, ',')
	}
	a.cites = appendV1Citation(a.cites, c)
}

func appendV1Citation(dst []byte, c *api.Citation) []byte {
	dst = put.Int(append(dst, '{'), "start", c.Start)
	dst = put.Int(dst, "end", c.End)
	dst = put.Text(dst, "text", c.Text)
	dst = append(put.Key(dst, "document_ids"), '[')
	if c.RawOf == name {
		for source := range jsonx.Value(c.Raw).Get("sources").Elements() {
			dst = jsonx.AppendString(put.Comma(dst), take.Text(source, "id"))
		}
	} else if c.URL != "" {
		dst = jsonx.AppendString(dst, c.URL)
	}
	return append(dst, "]}"...)
}

func (a *v1Answer) append(dst []byte, h *dialect.Head) []byte {
	dst = put.Text(append(dst, '{'), "response_id", a.id)
	dst = put.Text(dst, "generation_id", a.id)
	dst = put.Text(dst, "text", jsonx.Borrow(a.text))
	dst = put.Text(dst, "finish_reason", a.reason())
	dst = a.appendCalls(dst)
	if len(a.cites) > 0 {
		dst = append(append(append(put.Key(dst, "citations"), '['), a.cites...), ']')
	}
	dst = a.appendHistory(dst, h)
	dst = append(dst, `,"meta":{"api_version":{"version":"1"}`...)
	if a.usage.Known {
		usage := appendUsage(nil, &a.usage)
		dst = append(append(dst, ','), usage[1:len(usage)-1]...)
	}
	return append(dst, "}}"...)
}

// reason is why the answer ended; that tools are called is no reason in this version.
func (a *v1Answer) reason() string {
	if word := finishWord(a.finish, a.stop, false); word != toolCall {
		return word
	}
	return complete
}

func (a *v1Answer) appendCalls(dst []byte) []byte {
	if len(a.calls) == 0 {
		return dst
	}
	dst = append(put.Key(dst, "tool_calls"), '[')
	for i := range a.calls {
		dst = appendV1Call(put.Comma(dst), &a.calls[i])
	}
	return append(dst, ']')
}

// appendHistory writes the conversation with what it has come to, which callers send
// back for the next turn.
func (a *v1Answer) appendHistory(dst []byte, h *dialect.Head) []byte {
	dst = append(put.Key(dst, "chat_history"), '[')
	for turn := range h.Echo.History.Elements() {
		dst = append(put.Comma(dst), turn...)
	}
	if s, _ := h.Echo.Message.Str(); s != "" {
		dst = append(put.Text(append(put.Comma(dst), `{"role":"USER"`...), "message", s), '}')
	}
	if results := h.Echo.Results; results.Len() > 0 {
		dst = append(put.Raw(append(put.Comma(dst), `{"role":"TOOL"`...), "tool_results", api.JSON(results)), '}')
	}
	dst = append(put.Comma(dst), `{"role":"CHATBOT"`...)
	dst = put.Text(dst, "message", jsonx.Borrow(a.text))
	return append(a.appendCalls(dst), "}]"...)
}
