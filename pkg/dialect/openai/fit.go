package openai

// Hot path for providers on a diet.

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendFit implements dialect.Fitter.
func (codec) AppendFit(dst []jsonx.Edit, h *dialect.Head, body []byte, d *dialect.Diet) ([]jsonx.Edit, *api.Error) {
	f := fit{head: h, diet: d, body: body, edits: dst}
	for m := range jsonx.MembersAt(body, jsonx.Span{End: len(body)}) {
		if err := f.member(m); err != nil {
			return dst, err
		}
	}
	f.rename()
	f.cut()
	sortEdits(f.edits[len(dst):])
	return f.edits, nil
}

// requiredChoice is how a diet names the tool choice "required".
const requiredChoice = "tool_choice.required"

// fit is the state of one walk through a body.
type fit struct {
	head  *dialect.Head
	diet  *dialect.Diet
	body  []byte
	edits []jsonx.Edit

	doomed  []jsonx.Member // of the object that is walked through, in its order
	names   []string       // of the request's fields
	renamed []jsonx.Member
}

func (f *fit) member(m jsonx.Member) *api.Error {
	d, v, key := f.diet, m.At.Of(f.body), string(m.Key)
	f.names = append(f.names, key)
	switch {
	case slices.Contains(d.Spared, key):
		f.doomed = append(f.doomed, m)
	case slices.Contains(d.Refused, key), key == "n" && d.OneChoice:
		return f.refuse(m, v)
	case d.Renamed[key] != "":
		f.renamed = append(f.renamed, m)
	case key == "messages":
		for at := range jsonx.ElementsAt(f.body, m.At) {
			f.message(at)
		}
	case key == "tools" && d.NoStrict:
		for at := range jsonx.ElementsAt(f.body, m.At) {
			f.loosen(at)
		}
	case key == "tool_choice":
		if word, _ := v.Str(); word != "required" {
			return nil
		}
		if slices.Contains(d.Refused, requiredChoice) {
			return f.refuse(m, v)
		}
		if d.Required != "" {
			f.replace(m.At, d.Required)
		}
	}
	return nil
}

// refuse takes out a field that the provider does not have. One that asks for
// nothing goes silently.
func (f *fit) refuse(m jsonx.Member, v jsonx.Value) *api.Error {
	if !f.asksNothing(string(m.Key), v) {
		if !f.head.DropParams {
			return &api.Error{
				Kind: api.KindUnsupported, Code: "unsupported_field", Param: string(m.Key),
				Message: "The provider does not take this field. Leave it out, or set drop_params to have the gateway do so.",
			}
		}
		f.head.Dropped = append(f.head.Dropped, string(m.Key))
	}
	f.doomed = append(f.doomed, m)
	return nil
}

// asksNothing says whether a field has the value that it has when it is left out.
func (f *fit) asksNothing(key string, v jsonx.Value) bool {
	if v.IsNull() {
		return true
	}
	switch key {
	case "n":
		n, ok := v.Int()
		return ok && n == 1
	case "logprobs":
		on, ok := v.Bool()
		return ok && !on
	case "top_logprobs", "presence_penalty", "frequency_penalty":
		n, ok := v.Float()
		return ok && n == 0
	}
	return v.Kind() == jsonx.Object && v.Len() == 0
}

// rename gives fields the provider's names. Where two would have one name, or the
// body has it already, the first in the body stays.
func (f *fit) rename() {
	for _, m := range f.renamed {
		to := f.diet.Renamed[string(m.Key)]
		if slices.Contains(f.names, to) {
			f.doomed = append(f.doomed, m)
			continue
		}
		f.names = append(f.names, to)
		f.replace(m.KeyAt, to)
	}
}

// cut takes the members out that were found to go.
func (f *fit) cut() {
	slices.SortFunc(f.doomed, func(a, b jsonx.Member) int { return a.KeyAt.Start - b.KeyAt.Start })
	f.edits = jsonx.AppendDeletes(f.edits, f.body, f.doomed...)
	f.doomed = f.doomed[:0]
}

func (f *fit) replace(at jsonx.Span, s string) {
	f.edits = append(f.edits, jsonx.Edit{At: at, New: jsonx.AppendString(nil, s)})
}

// loosen takes "strict" out of a tool.
func (f *fit) loosen(tool jsonx.Span) {
	for m := range jsonx.MembersAt(f.body, tool) {
		if string(m.Key) != "function" {
			continue
		}
		outer := f.doomed
		f.doomed = nil
		for inner := range jsonx.MembersAt(f.body, m.At) {
			if string(inner.Key) == "strict" {
				f.doomed = append(f.doomed, inner)
			}
		}
		f.cut()
		f.doomed = outer
	}
}

func (f *fit) message(at jsonx.Span) {
	outer := f.doomed
	f.doomed = nil
	calls, thoughts := false, false
	for m := range jsonx.MembersAt(f.body, at) {
		f.messageMember(m)
		calls = calls || string(m.Key) == "tool_calls" && !m.At.Of(f.body).IsNull()
		thoughts = thoughts || string(m.Key) == "reasoning_content"
	}
	f.cut()
	if f.diet.Thoughts && calls && !thoughts {
		f.edits = append(f.edits, jsonx.Edit{At: jsonx.Span{Start: at.End - 1, End: at.End - 1}, New: noThoughts})
	}
	f.doomed = outer
}

// noThoughts is put into a message that calls tools, where its model wants to see
// what it thought and nobody has kept it. It takes a blank, but not an empty text.
var noThoughts = []byte(`,"reasoning_content":" "`)

func (f *fit) messageMember(m jsonx.Member) {
	d, v := f.diet, m.At.Of(f.body)
	switch key := string(m.Key); {
	case d.NoNulls && v.IsNull() && key != "content",
		d.NoNames && key == "name",
		d.NoReasoning && strings.HasPrefix(key, "reasoning"):
		f.doomed = append(f.doomed, m)
	case d.NoDeveloper && key == "role":
		if role, _ := v.Str(); role == "developer" {
			f.replace(m.At, "system")
		}
	case d.OnlyText && key == "content":
		f.flatten(m.At, v)
	case d.ShortCallIDs && key == "tool_call_id":
		f.shorten(m.At)
	case d.ShortCallIDs && key == "tool_calls":
		for call := range jsonx.ElementsAt(f.body, m.At) {
			for m := range jsonx.MembersAt(f.body, call) {
				if string(m.Key) == "id" {
					f.shorten(m.At)
				}
			}
		}
	}
}

// flatten makes one string of a list of parts that are all text.
func (f *fit) flatten(at jsonx.Span, v jsonx.Value) {
	if v.Kind() != jsonx.Array {
		return
	}
	var all []string
	for part := range v.Elements() {
		if take.Text(part, "type") != "text" {
			return // an image or the like: for the provider to judge
		}
		all = append(all, take.Text(part, "text"))
	}
	f.replace(at, strings.Join(all, "\n"))
}

// shorten replaces the id of a tool call by one that the provider takes.
func (f *fit) shorten(at jsonx.Span) {
	id, _ := at.Of(f.body).Str()
	if short := shortCallID(id); short != id {
		f.replace(at, short)
	}
}
