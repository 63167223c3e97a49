package genai

import (
	"iter"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// parts yields the parts of a content. Google's parser takes a single part for a
// list of one, and its documentation has requests written so.
func parts(content jsonx.Value) iter.Seq[jsonx.Value] {
	return func(yield func(jsonx.Value) bool) {
		v := content.Get("parts")
		if v.Kind() == jsonx.Object {
			yield(v)
			return
		}
		for p := range v.Elements() {
			if !yield(p) {
				return
			}
		}
	}
}

// partFields are the members of a part, told apart:
// https://ai.google.dev/api/caching#Part
type partFields struct {
	text, inline, file, call, response jsonx.Value
	thought                            bool
	signature                          string
	more                               bool // members that this vocabulary has no word for
}

func splitPart(v jsonx.Value) (f partFields) {
	for key, m := range v.Members() {
		if m.IsNull() {
			continue
		}
		switch key {
		case "text":
			f.text = m
		case "inlineData", "inline_data":
			f.inline = m
		case "fileData", "file_data":
			f.file = m
		case "functionCall", "function_call":
			f.call = m
		case "functionResponse", "function_response":
			f.response = m
		case "thought":
			f.thought, _ = m.Bool()
		case "thoughtSignature", "thought_signature":
			f.signature, _ = m.Str()
		default:
			f.more = true
		}
	}
	return f
}

// decodePart reads one part. A part of a kind that only Google has is opaque; one
// that says more than this vocabulary can keeps its Raw beside what is understood.
func decodePart(v jsonx.Value, param string, ids *callIDs) (api.Part, *api.Error) {
	if v.Kind() != jsonx.Object {
		return api.Part{}, take.WrongType(param, "an object")
	}
	f := splitPart(v)
	p, err := f.decode(param, ids)
	if err != nil {
		return p, err
	}
	if p.Kind == api.PartOpaque || f.more {
		p.Raw, p.RawOf = api.JSON(v), name
	}
	if f.signature != "" && p.Kind != api.PartOpaque {
		if sign := signatureOf(f.signature); !unseal(sign, &p) {
			p.Signature, p.SignatureOf = sign, name
		}
	}
	return p, nil
}

// signatureOf writes a signature in the alphabet that Google sends it in. The one
// that skips validation is a word, not base64.
func signatureOf(s string) string {
	if standard, ok := standardBase64(s); ok && s != skipValidation {
		return standard
	}
	return s
}

func (f *partFields) decode(param string, ids *callIDs) (p api.Part, err *api.Error) {
	switch {
	case f.text != nil:
		s, ok := f.text.Str()
		if !ok {
			return p, take.WrongType(param+".text", "a string")
		}
		p.Text = s
		if f.thought {
			p.Kind = api.PartReasoning
		}
	case f.call != nil:
		p.Kind = api.PartToolCall
		p.Call, err = decodeCall(f.call, param+".functionCall", ids)
	case f.response != nil:
		p.Kind = api.PartToolResult
		p.Result, err = decodeResult(f.response, param+".functionResponse", ids)
	case f.thought:
		p.Kind = api.PartOpaque // a picture that the model only thought of is no answer
	case f.inline != nil:
		if p.Media, err = decodeInline(f.inline, param+".inlineData"); err == nil {
			p.Kind = kindOfMIME(p.Media.MIME)
		}
	case f.file != nil:
		if p.Media, err = decodeFile(f.file, param+".fileData"); err == nil {
			p.Kind = kindOfMIME(p.Media.MIME)
		}
	case f.signature != "" && !f.more:
		// A signature alone sits on empty text.
	default:
		p.Kind = api.PartOpaque
	}
	return p, err
}

// decodeCall reads {id?, name, args}.
func decodeCall(v jsonx.Value, param string, ids *callIDs) (*api.ToolCall, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return nil, err
	}
	args := v.Get("args")
	if err := take.WantObject(args, param+".args", "an object"); err != nil {
		return nil, err
	}
	call := &api.ToolCall{Name: text(v, "name", "name"), Args: api.JSON("{}")}
	if take.Present(args) {
		call.Args = api.JSON(args)
	}
	call.ID = ids.call(text(v, "id", "id"), call.Name)
	return call, nil
}

// appendPart writes what p says as one part; nothing for what only another
// dialect reads.
func (w *contentsWriter) appendPart(role string, p *api.Part) *api.Error {
	if p.RawOf == name && len(p.Raw) > 0 {
		w.begin(role)
		w.dst = append(w.dst, p.Raw...)
		w.noteRaw(p)
		return nil
	}
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		w.appendText(role, p)
	case api.PartReasoning:
		if w.own || p.SignatureOf == name {
			w.appendThought(role, p)
		}
	case api.PartRedacted:
		if w.answers && p.SignatureOf != name {
			w.appendThought(role, p)
		}
	case api.PartImage, api.PartAudio, api.PartVideo, api.PartFile:
		return w.appendMediaPart(role, p)
	case api.PartToolCall:
		w.appendCall(role, p)
	case api.PartToolResult:
		return w.appendResult(role, p.Result)
	}
	return nil
}

// ownSignature is the signature of a part if it is Google's.
func ownSignature(p *api.Part) string {
	if p.SignatureOf == name {
		return p.Signature
	}
	return ""
}

// appendText leaves empty text out, which Google refuses, unless it is signed.
func (w *contentsWriter) appendText(role string, p *api.Part) {
	sign := ownSignature(p)
	if p.Text == "" && sign == "" {
		return
	}
	w.begin(role)
	o := put.Begin(w.dst)
	o.Text("text", p.Text)
	o.Some("thoughtSignature", sign)
	w.dst = o.End()
}

func (w *contentsWriter) appendThought(role string, p *api.Part) {
	w.begin(role)
	o := put.Begin(w.dst)
	o.Text("text", p.Text)
	o.Bool("thought", true)
	sign := ownSignature(p)
	if w.answers && sign == "" && p.Signature != "" {
		sign = sealed(p)
	}
	o.Some("thoughtSignature", sign)
	w.dst = o.End()
}

func (w *contentsWriter) appendMediaPart(role string, p *api.Part) *api.Error {
	if p.Media == nil {
		return nil
	}
	if err := refuseMedia(p.Media, w.own); err != nil {
		return err
	}
	w.begin(role)
	o := put.Begin(w.dst)
	appendMedia(&o, p.Kind, p.Media)
	o.Some("thoughtSignature", ownSignature(p))
	w.dst = o.End()
	return nil
}

// skipValidation stands for the signature of a call that Gemini did not make:
// https://ai.google.dev/gemini-api/docs/thought-signatures
const skipValidation = "skip_thought_signature_validator"

// appendCall writes a functionCall. Of the calls of one step Gemini 3 wants the
// first one signed. It says so of the current turn only; but where a turn begins is
// its own guess when results and words of the user stand in one content.
func (w *contentsWriter) appendCall(role string, p *api.Part) {
	if p.Call == nil {
		return
	}
	w.begin(role)
	sign := ownSignature(p)
	if sign == "" && w.mustSign && !w.called {
		sign = skipValidation
	}
	w.called = true
	w.calls = append(w.calls, callName{p.Call.ID, p.Call.Name})
	o := put.Begin(w.dst)
	o.Key("functionCall")
	o.Dst = appendFunctionCall(o.Dst, p.Call)
	o.Some("thoughtSignature", sign)
	w.dst = o.End()
}

// noteRaw keeps the books about a part that was written as it came.
func (w *contentsWriter) noteRaw(p *api.Part) {
	if p.Call != nil {
		w.called = true
		w.calls = append(w.calls, callName{p.Call.ID, p.Call.Name})
	}
}

// appendFunctionCall writes {id?, name, args}. The free text of a custom tool
// becomes the member input.
func appendFunctionCall(dst []byte, call *api.ToolCall) []byte {
	o := put.Begin(dst)
	o.Some("id", givenID(call.ID))
	o.Text("name", call.Name)
	args := jsonx.Value(call.Args)
	switch {
	case call.Custom && args.Kind() == jsonx.String:
		o.Key("args")
		in := put.Begin(o.Dst)
		in.Raw("input", call.Args)
		o.Dst = in.End()
	case args.Kind() == jsonx.Object:
		o.Raw("args", call.Args)
	default:
		o.Raw("args", api.JSON("{}"))
	}
	return o.End()
}
