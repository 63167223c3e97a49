package bedrock

import (
	"bytes"

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
		o := begin(dst)
		o.int("inputTokens", r.Usage.Input)
		return o.end()
	}
	var none api.Choice
	choice := &none
	if len(r.Choices) > 0 {
		choice = &r.Choices[0]
	}
	o := begin(dst)
	o.key("output")
	o.dst = append(o.dst, `{"message":{"role":"assistant","content":[`...)
	w := blockWriter{dst: o.dst, own: true}
	called := w.answer(choice.Parts)
	o.dst = append(w.dst, "]}}"...)
	end := stop{finish: choice.Finish, raw: choice.FinishRaw, sequence: choice.StopSequence, called: called}
	if choice.Finish == api.FinishOther && r.ExtraOf == name {
		o.str("stopReason", choice.FinishRaw)
	} else {
		o.str("stopReason", end.reason())
	}
	appendUsage(&o, &r.Usage)
	o.inside("metrics", func(m *object) { m.int("latencyMs", 0) })
	if r.ServiceTier != "" {
		o.inside("serviceTier", func(t *object) { t.str("type", r.ServiceTier) })
	}
	o.extras(own(r.Extra, r.ExtraOf), atTop)
	return o.end()
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
	o := begin(w.dst)
	o.inside("citationsContent", func(in *object) {
		in.key("content")
		in.dst = append(in.dst, `[{"text":`...)
		in.dst = append(jsonx.AppendString(in.dst, p.Text), "}]"...)
		in.key("citations")
		in.dst = append(in.dst, '[')
		for i := range p.Citations {
			in.dst = appendCitation(appendComma(in.dst, i), &p.Citations[i])
		}
		in.dst = append(in.dst, ']')
	})
	w.dst = o.end()
}

func appendCitation(dst []byte, c *api.Citation) []byte {
	if c.RawOf == name {
		return append(dst, c.Raw...)
	}
	o := begin(dst)
	o.word("title", c.Title)
	if c.Text != "" {
		o.key("sourceContent")
		o.dst = append(jsonx.AppendString(append(o.dst, `[{"text":`...), c.Text), "}]"...)
	}
	if c.URL != "" {
		o.inside("location", func(l *object) {
			l.inside("web", func(w *object) { w.str("url", c.URL) })
		})
	}
	return o.end()
}
