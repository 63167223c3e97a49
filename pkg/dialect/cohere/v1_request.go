package cohere

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The first version of chat, which only callers speak (Head.Legacy): the newest
// message stands apart from the history, calls have no ids.
// https://docs.cohere.com/v1/reference/chat

// v1Chat is what cannot be put into the request before all members are known.
type v1Chat struct {
	message  jsonx.Value
	preamble string
	history  jsonx.Value
	results  jsonx.Value
	calls    int // so far; a call's id is its number
}

// v1Refused are fields without which the answer would be another, and which need
// what only Cohere's servers have.
var v1Refused = []string{"connectors", "conversation_id", "search_queries_only", "raw_prompting"}

func (d *requestDecoder) v1Member(key string, v jsonx.Value) *api.Error {
	for _, refused := range v1Refused {
		if key == refused && asksSomething(v) {
			return &api.Error{
				Kind: api.KindUnsupported, Code: "unsupported_field", Param: key,
				Message: "The first version of Cohere's chat is answered by its second, which does not have this field. Leave it out.",
			}
		}
	}
	switch key {
	case "message":
		d.v1.message = v
	case "preamble":
		d.v1.preamble, _ = v.Str()
	case "chat_history":
		d.v1.history = v
	case "tool_results":
		d.v1.results = v
	case "tools":
		return d.v1Tools(v)
	case "documents":
		return d.readDocuments(v)
	case "response_format":
		return d.format(v)
	case "safety_mode":
		if take.Present(v) {
			d.keep(key, v)
		}
	case "connectors", "conversation_id", "search_queries_only", "raw_prompting", // none of them asked for
		"prompt_truncation", "citation_quality", "force_single_step", "max_input_tokens": // hints
	default:
		return d.samplingMember(key, v)
	}
	return nil
}

// asksSomething says whether a field has a value other than the one it has when it is left out.
func asksSomething(v jsonx.Value) bool {
	if on, ok := v.Bool(); ok {
		return on
	}
	return !empty(v) && string(v) != `""`
}

// settleV1 makes a conversation of what was read: the preamble, the history, the new
// message, the results of calls.
func (d *requestDecoder) settleV1() *api.Error {
	r := d.r
	if d.v1.preamble != "" {
		r.System = append(r.System, api.Part{Text: d.v1.preamble})
	}
	i := 0
	for e := range d.v1.history.Elements() {
		if err := d.v1Turn(e, i); err != nil {
			return err
		}
		i++
	}
	if s, _ := d.v1.message.Str(); s != "" {
		r.Messages = append(r.Messages, api.Message{Parts: []api.Part{{Text: s}}})
	}
	if d.v1.results.Len() > 0 {
		d.v1Results(d.v1.results)
	}
	return nil
}

// v1Turn reads an entry of chat_history.
func (d *requestDecoder) v1Turn(v jsonx.Value, i int) *api.Error {
	m := api.Message{}
	if s := take.Text(v, "message"); s != "" {
		m.Parts = append(m.Parts, api.Part{Text: s})
	}
	switch take.Text(v, "role") {
	case "USER":
	case "SYSTEM":
		if len(d.r.Messages) == 0 {
			d.r.System = append(d.r.System, m.Parts...)
			return nil
		}
		m.Role = api.RoleSystem
	case "CHATBOT":
		m.Role = api.RoleAssistant
		for call := range v.Get("tool_calls").Elements() {
			m.Parts = append(m.Parts, d.v1Call(call))
		}
	case "TOOL":
		d.v1Results(v.Get("tool_results"))
		return nil
	default:
		return api.Invalid("invalid_value", take.Within("chat_history", i, "role"), "The role of a message must be USER, CHATBOT, SYSTEM or TOOL.")
	}
	if len(m.Parts) > 0 {
		d.r.Messages = append(d.r.Messages, m)
	}
	return nil
}

func (d *requestDecoder) v1Call(v jsonx.Value) api.Part {
	call := &api.ToolCall{ID: fallbackID(d.v1.calls), Name: take.Text(v, "name"), Args: api.JSON(`{}`)}
	if parameters := v.Get("parameters"); parameters.Kind() == jsonx.Object {
		call.Args = api.JSON(parameters)
	}
	d.v1.calls++
	return api.Part{Kind: api.PartToolCall, Call: call}
}

// v1Results reads results, which repeat their calls. Where the history does not end
// with those calls, it gets them: a caller may send the results without it.
func (d *requestDecoder) v1Results(v jsonx.Value) {
	calls := d.openCalls()
	if calls == nil {
		m := api.Message{Role: api.RoleAssistant}
		for e := range v.Elements() {
			m.Parts = append(m.Parts, d.v1Call(e.Get("call")))
		}
		if len(m.Parts) == 0 {
			return
		}
		d.r.Messages = append(d.r.Messages, m)
		calls = d.openCalls()
	}
	results := api.Message{Role: api.RoleTool}
	for e := range v.Elements() {
		call := takeCall(&calls, take.Text(e, "call", "name"))
		if call == nil {
			continue // a result of no call
		}
		results.Parts = append(results.Parts, api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{
			ID: call.ID, Name: call.Name, Parts: []api.Part{{Text: outputsText(e.Get("outputs"))}},
		}})
	}
	if len(results.Parts) > 0 {
		d.r.Messages = append(d.r.Messages, results)
	}
}

// openCalls returns the calls that the conversation ends with.
func (d *requestDecoder) openCalls() []*api.ToolCall {
	n := len(d.r.Messages)
	if n == 0 || d.r.Messages[n-1].Role != api.RoleAssistant {
		return nil
	}
	var calls []*api.ToolCall
	for _, p := range d.r.Messages[n-1].Parts {
		if p.Kind == api.PartToolCall {
			calls = append(calls, p.Call)
		}
	}
	return calls
}

// takeCall takes the first call of a tool out of calls; nil if there is none.
func takeCall(calls *[]*api.ToolCall, tool string) *api.ToolCall {
	for i, call := range *calls {
		if call.Name == tool {
			*calls = append((*calls)[:i:i], (*calls)[i+1:]...)
			return call
		}
	}
	return nil
}

// outputsText returns a tool's outputs as text: the one there is, or the list of them.
func outputsText(v jsonx.Value) string {
	if v.Len() == 1 {
		for e := range v.Elements() {
			return jsonx.Borrow(e)
		}
	}
	return jsonx.Borrow(v)
}

// v1Tools reads tools, whose parameters are described in words of Python's.
func (d *requestDecoder) v1Tools(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("tools", "an array of tools")
	}
	i := 0
	for e := range v.Elements() {
		t := api.Tool{Name: take.Text(e, "name"), Description: take.Text(e, "description")}
		if t.Name == "" {
			return api.Invalid("invalid_tool", take.Within("tools", i, "name"), "Give each tool a name.")
		}
		t.Parameters = appendV1Schema(nil, e.Get("parameter_definitions"))
		d.r.Tools = append(d.r.Tools, t)
		i++
	}
	return nil
}

// appendV1Schema writes the JSON Schema for parameter_definitions.
func appendV1Schema(dst []byte, definitions jsonx.Value) []byte {
	dst = append(dst, `{"type":"object","properties":{`...)
	var required []string
	for parameter, v := range definitions.Members() {
		dst = append(put.Key(dst, parameter), '{')
		dst = appendV1Type(dst, take.Text(v, "type"))
		dst = append(put.Some(dst, "description", take.Text(v, "description")), '}')
		if must, _ := v.Get("required").Bool(); must {
			required = append(required, parameter)
		}
	}
	dst = append(dst, '}')
	if len(required) > 0 {
		dst = put.Strings(dst, "required", required)
	}
	return append(dst, '}')
}

// v1Types are Python's names of types, and JSON Schema's.
var v1Types = map[string]string{
	"str": "string", "string": "string", "int": "integer", "integer": "integer", "float": "number", "number": "number",
	"bool": "boolean", "boolean": "boolean", "list": "array", "array": "array", "dict": "object", "object": "object",
}

// appendV1Type writes what is known of a type such as int or List[str].
func appendV1Type(dst []byte, word string) []byte {
	outer, inner, generic := cutType(word)
	kind := v1Types[outer]
	if kind == "" {
		return dst // any
	}
	dst = put.Text(dst, "type", kind)
	if kind == "array" && generic {
		dst = append(appendV1Type(append(put.Key(dst, "items"), '{'), inner), '}')
	}
	return dst
}

// appendV1Call writes a call as this version has it.
func appendV1Call(dst []byte, call *api.ToolCall) []byte {
	dst = put.Text(append(dst, '{'), "name", call.Name)
	args := call.Args
	if jsonx.Value(args).Kind() != jsonx.Object || jsonx.Valid(args) != nil {
		args = argumentsOf(jsonx.Borrow(args))
	}
	return append(put.Raw(dst, "parameters", args), '}')
}

// cutType takes List[str] apart, in lower case.
func cutType(word string) (outer, inner string, generic bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	outer, inner, generic = strings.Cut(word, "[")
	return outer, strings.TrimSuffix(inner, "]"), generic
}
