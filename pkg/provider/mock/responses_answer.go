package mock

import (
	"slices"
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// respond answers POST /v1/responses.
func (s *Server) respond(c *call) {
	p := &prompt{}
	r, err := s.readResponses(c.ctx.Request.Body(), p)
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	a := &responsesAnswer{request: r, answer: &answer{
		reply: compose(p, &c.plan), prompt: p,
		id: c.id(""), created: s.opts.Now().Unix(), chunks: c.plan.chunks,
	}}
	a.makeItems()
	if r.Store == nil || *r.Store {
		s.responses.put("resp_"+a.id, keptResponse{input: r.items, output: a.items, body: a.response(a.status(), a.items)})
	}
	if !p.stream {
		c.whole(s, typeJSON, a.response(a.status(), a.items))
		return
	}
	sc := &script{}
	a.appendStream(sc)
	c.stream(s, typeSSE, sc)
}

// countResponses answers POST /v1/responses/input_tokens.
func (s *Server) countResponses(c *call) {
	p := &prompt{}
	if _, err := s.readResponses(c.ctx.Request.Body(), p); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	reply := compose(p, &c.plan)
	c.whole(s, typeJSON, append(strconv.AppendInt([]byte(`{"object":"response.input_tokens","input_tokens":`), int64(reply.usage.input), 10), '}'))
}

// compactResponses answers POST /v1/responses/compact: all that was said is one item.
func (s *Server) compactResponses(c *call) {
	p := &prompt{}
	if _, err := s.readResponses(c.ctx.Request.Body(), p); err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, p.model) {
		return
	}
	a := &responsesAnswer{answer: &answer{reply: compose(p, &c.plan), prompt: p}}
	b := append([]byte(`{"id":"`), c.id("resp_")...)
	b = append(b, `","object":"response.compaction","created_at":1,"output":[{"type":"compaction","id":"cmp_1","encrypted_content":"`+sealedByMock+`"}],"usage":`...)
	c.whole(s, typeJSON, append(a.appendResponsesUsage(b), '}'))
}

// responsesAnswer is an answer as items.
type responsesAnswer struct {
	*answer
	request *responsesRequest
	items   []json.RawMessage
}

func (a *responsesAnswer) status() string {
	if a.finish == finishLength {
		return "incomplete"
	}
	return "completed"
}

func (a *responsesAnswer) itemID(prefix string, n int) string {
	return prefix + a.id + "_" + strconv.Itoa(n)
}

func (a *responsesAnswer) makeItems() {
	if a.thinking != "" {
		a.items = append(a.items, a.thought(a.thinking))
	}
	for i := range a.calls {
		a.items = append(a.items, a.callItem(i, a.calls[i].args, "completed"))
	}
	if len(a.calls) == 0 {
		a.items = append(a.items, a.message(string(a.part(a.text)), a.status()))
	}
}

func (a *responsesAnswer) thought(words string) []byte {
	b := append([]byte(`{"id":"`), a.itemID("rs_", 0)...)
	b = append(b, `","type":"reasoning"`...)
	if slices.Contains(a.request.Include, "reasoning.encrypted_content") {
		b = append(b, `,"encrypted_content":"`+sealedByMock+`"`...)
	}
	b = append(b, `,"summary":[`...)
	if words != "" && a.request.Reasoning.Summary != "" {
		b = append(a.summary(b, words), ']', '}')
		return b
	}
	return append(b, `]}`...)
}

func (a *responsesAnswer) summary(b []byte, words string) []byte {
	return append(jsonx.AppendString(append(b, `{"type":"summary_text","text":`...), words), '}')
}

func (a *responsesAnswer) part(words string) []byte {
	if a.finish == finishRefusal {
		return append(jsonx.AppendString([]byte(`{"type":"refusal","refusal":`), words), '}')
	}
	b := []byte(`{"type":"output_text","annotations":[],"logprobs":[],"text":`)
	return append(jsonx.AppendString(b, words), '}')
}

// message is the item of the text, with its content as it is written.
func (a *responsesAnswer) message(content, status string) []byte {
	b := append([]byte(`{"id":"`), a.itemID("msg_", len(a.calls))...)
	b = append(b, `","type":"message","status":"`+status+`","content":[`...)
	return append(append(b, content...), `],"role":"assistant"}`...)
}

func (a *responsesAnswer) callItem(i int, args, status string) []byte {
	call := a.calls[i]
	kind, prefix, member := "function_call", "fc_", "arguments"
	if a.prompt.toolNamed(call.name).custom {
		kind, prefix, member = "custom_tool_call", "ctc_", "input"
	}
	b := append([]byte(`{"id":"`), a.itemID(prefix, i)...)
	b = append(b, `","type":"`+kind+`","status":"`+status+`","`+member+`":`...)
	b = jsonx.AppendString(b, args)
	if namespace := a.prompt.toolNamed(call.name).namespace; namespace != "" {
		b = jsonx.AppendString(append(b, `,"namespace":`...), namespace)
	}
	b = append(a.appendCallID(append(b, `,"call_id":"`...), "call_", i), `","name":`...)
	return append(jsonx.AppendString(b, call.name), '}')
}

// response is the response with the items that it has so far.
func (a *responsesAnswer) response(status string, items []json.RawMessage) []byte {
	r := a.request
	dst := append(make([]byte, 0, 1<<10), `{"id":"resp_`...)
	dst = append(dst, a.id...)
	dst = append(dst, `","object":"response","created_at":`...)
	dst = strconv.AppendInt(dst, a.created, 10)
	dst = append(dst, `,"status":"`+status+`","background":false,"error":null,"incomplete_details":`...)
	if status == "incomplete" {
		dst = append(dst, `{"reason":"max_output_tokens"}`...)
	} else {
		dst = append(dst, "null"...)
	}
	dst = appendMember(dst, "instructions", jsonOrNull(r.Instructions))
	dst = append(dst, `,"max_output_tokens":null,"max_tool_calls":null,"model":`...)
	dst = jsonx.AppendString(dst, a.prompt.model)
	dst = append(append(append(dst, `,"output":[`...), joinRaw(items)...), ']')
	dst = append(strconv.AppendBool(append(dst, `,"parallel_tool_calls":`...), !a.prompt.oneCall), `,"previous_response_id":`...)
	dst = append(dst, jsonOrNull(r.Previous)...)
	dst = append(dst, `,"reasoning":{"effort":`...)
	dst = append(append(dst, jsonOrNull(r.Reasoning.Effort)...), `,"summary":`...)
	dst = append(append(dst, jsonOrNull(r.Reasoning.Summary)...), `},"service_tier":"default","store":`...)
	dst = strconv.AppendBool(dst, r.Store == nil || *r.Store)
	dst = append(dst, `,"temperature":1.0,"text":{"format":{"type":"text"},"verbosity":"medium"}`...)
	if len(r.ToolChoice) > 0 {
		dst = appendMember(dst, "tool_choice", r.ToolChoice)
	} else {
		dst = append(dst, `,"tool_choice":"auto"`...)
	}
	dst = append(append(append(dst, `,"tools":[`...), joinRaw(r.Tools)...), `],"top_logprobs":0,"top_p":1.0,"truncation":"disabled","usage":`...)
	if status == "in_progress" {
		dst = append(dst, "null"...)
	} else {
		dst = a.appendResponsesUsage(dst)
	}
	dst = append(dst, `,"user":null,"metadata":`...)
	if len(r.Metadata) > 0 {
		return append(append(dst, r.Metadata...), '}')
	}
	return append(dst, `{}}`...)
}

func appendMember(dst []byte, name string, v []byte) []byte {
	return append(append(append(append(dst, ',', '"'), name...), '"', ':'), v...)
}

func jsonOrNull(s string) []byte {
	if s == "" {
		return []byte("null")
	}
	return jsonx.AppendString(nil, s)
}

func (a *responsesAnswer) appendResponsesUsage(dst []byte) []byte {
	u := a.usage
	for _, n := range []struct {
		name  string
		count int
	}{
		{`{"input_tokens":`, u.input},
		{`,"input_tokens_details":{"cached_tokens":`, u.cached},
		{`,"cache_write_tokens":`, u.written},
		{`},"output_tokens":`, u.output},
		{`,"output_tokens_details":{"reasoning_tokens":`, u.reasoning},
		{`},"total_tokens":`, u.input + u.output},
	} {
		dst = strconv.AppendInt(append(dst, n.name...), int64(n.count), 10)
	}
	return append(dst, '}')
}
