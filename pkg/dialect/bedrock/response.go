package bedrock

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	if err := unsupportedOp(op); err != nil {
		return api.Usage{}, err
	}
	v := jsonx.Value(bytes.TrimSpace(body))
	if jsonx.Valid(body) != nil || v.Kind() != jsonx.Object {
		return api.Usage{}, badAnswer("no JSON object")
	}
	switch op {
	case api.OpEmbedding:
		if embeddingsOf(v).Kind() == jsonx.Array {
			return embeddingUsage(v), nil
		}
	case api.OpCountTokens:
		if n, ok := v.Get("inputTokens").Int(); ok {
			return api.Usage{Input: n, Known: true}, nil
		}
	default:
		if v.Get("output").Kind() == jsonx.Object {
			return usageOf(v.Get("usage")), nil
		}
	}
	if e := messageOf(v); e != "" {
		return api.Usage{}, errorInAnswer("", body)
	}
	return api.Usage{}, badAnswer("JSON that is no answer")
}

// badAnswer is the error for a success status with a body that is no answer.
func badAnswer(what string) *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider answered with success but sent %s.", what)
}

// DecodeResponse implements dialect.Codec.
func (c codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	u, err := c.Inspect(op, body)
	if err != nil {
		return err
	}
	into.Op, into.Usage, into.ExtraOf = op, u, name
	v := jsonx.Value(bytes.TrimSpace(body))
	switch op {
	case api.OpEmbedding:
		decodeEmbeddings(v, into)
	case api.OpChat:
		return decodeAnswer(v, into)
	}
	return nil
}

func decodeAnswer(v jsonx.Value, r *api.Response) *api.Error {
	var choice api.Choice
	for key, m := range v.Members() {
		switch key {
		case "output":
			parts, err := decodeContent(m.Get("message", "content"), "content")
			if err != nil {
				return badAnswer("an answer whose content is in a form that is not known")
			}
			choice.Parts = parts
		case "stopReason":
			choice.FinishRaw, _ = m.Str()
			choice.Finish = finishOf(choice.FinishRaw)
		case "serviceTier":
			r.ServiceTier = take.Text(m, "type")
		case "usage", "metrics":
		default:
			r.Extra = extra(r.Extra, atTop, key, m)
		}
	}
	r.Choices = append(r.Choices, choice)
	return nil
}

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Op == api.OpCountTokens {
		o := put.Begin(dst)
		o.Int("inputTokens", r.Usage.Input)
		return o.End()
	}
	var none api.Choice
	choice := &none
	if len(r.Choices) > 0 {
		choice = &r.Choices[0]
	}
	o := put.Begin(dst)
	o.Key("output")
	o.Dst = append(o.Dst, `{"message":{"role":"assistant","content":[`...)
	w := blockWriter{dst: o.Dst, own: true}
	called := w.answer(choice.Parts)
	o.Dst = append(w.dst, "]}}"...)
	end := stop{finish: choice.Finish, raw: choice.FinishRaw, sequence: choice.StopSequence, called: called}
	if choice.Finish == api.FinishOther && r.ExtraOf == name {
		o.Text("stopReason", choice.FinishRaw)
	} else {
		o.Text("stopReason", end.reason())
	}
	appendUsage(&o, &r.Usage)
	o.Inside("metrics", func(m *put.Object) { m.Int("latencyMs", 0) })
	if r.ServiceTier != "" {
		o.Inside("serviceTier", func(t *put.Object) { t.Text("type", r.ServiceTier) })
	}
	o.Extras(own(r.Extra, r.ExtraOf), atTop)
	return o.End()
}

// answer writes what a model said, and says whether it called a tool. What cannot be
// said in this dialect is left out.
func (w *blockWriter) answer(parts []api.Part) (called bool) {
	for i := range parts {
		p := &parts[i]
		switch p.Kind {
		case api.PartReasoning:
			w.reasoning(p, dialect.Carried(parts[i:], name))
		case api.PartRedacted:
			w.reasoning(p, dialect.Seal(p))
		case api.PartText:
			if len(p.Citations) > 0 {
				w.cited(p)
			} else if p.Text != "" {
				w.text(p.Text)
			}
		case api.PartRefusal, api.PartAudio:
			if p.Text != "" {
				w.text(p.Text)
			}
		case api.PartToolCall:
			if p.Call != nil {
				called = true
				_ = w.call(p.Call) // fails for no call only
			}
		case api.PartImage:
			_ = w.appendMedia(p) // one that Bedrock has no word for nobody could read here
		case api.PartOpaque:
			if p.RawOf == name {
				w.next()
				w.dst = append(w.dst, p.Raw...)
			}
		}
	}
	return called
}

// cited writes text with its citations.
func (w *blockWriter) cited(p *api.Part) {
	w.next()
	o := put.Begin(w.dst)
	o.Inside("citationsContent", func(in *put.Object) {
		in.Key("content")
		in.Dst = append(in.Dst, `[{"text":`...)
		in.Dst = append(jsonx.AppendString(in.Dst, p.Text), "}]"...)
		in.Key("citations")
		in.Dst = append(in.Dst, '[')
		for i := range p.Citations {
			in.Dst = appendCitation(put.Comma(in.Dst), &p.Citations[i])
		}
		in.Dst = append(in.Dst, ']')
	})
	w.dst = o.End()
}

func appendCitation(dst []byte, c *api.Citation) []byte {
	if c.RawOf == name {
		return append(dst, c.Raw...)
	}
	o := put.Begin(dst)
	o.Some("title", c.Title)
	if c.Text != "" {
		o.Key("sourceContent")
		o.Dst = append(jsonx.AppendString(append(o.Dst, `[{"text":`...), c.Text), "}]"...)
	}
	if c.URL != "" {
		o.Inside("location", func(l *put.Object) {
			l.Inside("web", func(w *put.Object) { w.Text("url", c.URL) })
		})
	}
	return o.End()
}
