package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The members of functionResponse.response that Google gives a meaning, and the
// one that answers which are no object are wrapped in:
// https://ai.google.dev/api/caching#FunctionResponse
const (
	resultKey = "result"
	errorKey  = "error"
)

// decodeResult reads {id?, name, response, parts?}.
func decodeResult(v jsonx.Value, param string, ids *callIDs) (*api.ToolResult, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return nil, err
	}
	response := v.Get("response")
	if err := take.WantObject(response, param+".response", "an object"); err != nil {
		return nil, err
	}
	r := &api.ToolResult{Name: text(v, "name", "name")}
	r.ID = ids.answered(text(v, "id", "id"), r.Name)
	said, isError := resultText(response)
	r.IsError = isError
	if said != "" {
		r.Parts = append(r.Parts, api.Part{Text: said})
	}
	n := 0
	for p := range parts(v) {
		part, err := decodePart(p, take.At(param+".parts", n), ids)
		if err != nil {
			return nil, err
		}
		n++
		r.Parts = append(r.Parts, part)
	}
	return r, nil
}

// resultText is a tool's answer as text: the words of {result: "…"} and
// {error: "…"}, or the whole object as JSON.
func resultText(response jsonx.Value) (said string, isError bool) {
	if !take.Present(response) {
		return "", false
	}
	if response.Len() == 1 {
		if s, ok := response.Get(resultKey).Str(); ok {
			return s, false
		}
		if s, ok := response.Get(errorKey).Str(); ok {
			return s, true
		}
	}
	return jsonx.Borrow(response), false
}

// appendResult writes a functionResponse. Media go into it for the models that
// read them there, Gemini 3 and later, and beside it for the others.
func (w *contentsWriter) appendResult(role string, r *api.ToolResult) *api.Error {
	if r == nil {
		return nil
	}
	tool := toolOf(r, w.calls)
	if tool == "" {
		return take.Invalid("unknown_tool_call", "messages",
			"A tool's result names no call of this conversation, and Google needs the tool's name.")
	}
	w.begin(role)
	o := put.Begin(w.dst)
	o.Key("functionResponse")
	f := put.Begin(o.Dst)
	f.Some("id", givenID(r.ID))
	f.Text("name", tool)
	f.Key("response")
	f.Dst = appendResultText(f.Dst, r)
	if w.gen == thinksByLevel && hasMedia(r.Parts) {
		f.Key("parts")
		f.Dst = append(f.Dst, '[')
		in := contentsWriter{dst: f.Dst, own: w.own, inside: true}
		if err := in.appendMediaParts("", r.Parts); err != nil {
			return err
		}
		f.Dst = append(in.dst, ']')
	}
	o.Dst = f.End()
	w.dst = o.End()
	if w.gen != thinksByLevel {
		return w.appendMediaParts(role, r.Parts)
	}
	return nil
}

func hasMedia(ps []api.Part) bool {
	for i := range ps {
		if ps[i].Media != nil {
			return true
		}
	}
	return false
}

func (w *contentsWriter) appendMediaParts(role string, ps []api.Part) *api.Error {
	for i := range ps {
		if ps[i].Media == nil {
			continue
		}
		if err := w.appendPart(role, &ps[i]); err != nil {
			return err
		}
	}
	return nil
}

// appendResultText writes the response object: a JSON object as it is, other text
// as {result: …}, an error as {error: …}.
func appendResultText(dst []byte, r *api.ToolResult) []byte {
	said := joinText(r.Parts)
	if !r.IsError && isObject(said) {
		return append(dst, said...)
	}
	key := resultKey
	if r.IsError {
		key = errorKey
	}
	o := put.Begin(dst)
	o.Text(key, said)
	return o.End()
}

// isObject says whether text is one JSON object.
func isObject(text string) bool {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(trimmed, "{") && jsonx.Valid([]byte(text)) == nil
}

// joinText joins the text parts, each on a line of its own.
func joinText(ps []api.Part) string {
	var all []string
	for i := range ps {
		if ps[i].Kind == api.PartText && ps[i].Text != "" {
			all = append(all, ps[i].Text)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all, "\n")
}
