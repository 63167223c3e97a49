package anthropic

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeResponse implements dialect.Codec.
func (codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	if err := unsupportedOp(op); err != nil {
		return err
	}
	u, err := inspect(op, body)
	if err != nil {
		return err
	}
	into.Op, into.Usage, into.ExtraOf = op, u, name
	v := jsonx.Value(bytes.TrimSpace(body))
	switch op {
	case api.OpModels:
		decodeModels(into, v)
		return nil
	case api.OpCountTokens:
		return nil
	}
	return decodeMessage(into, v)
}

func decodeMessage(into *api.Response, v jsonx.Value) *api.Error {
	var choice api.Choice
	for key, member := range v.Members() {
		switch key {
		case "type", "role":
		case "id":
			into.ID, _ = member.Str()
		case "model":
			into.Model, _ = member.Str()
		case "content":
			parts, err := decodeContent(nil, member, key)
			if err != nil {
				return badAnswer("an answer with " + err.Param + " in a form that is not known")
			}
			choice.Parts = parts
		case "stop_reason":
			choice.FinishRaw, _ = member.Str()
			choice.Finish = finishOf(choice.FinishRaw)
		case "stop_sequence":
			choice.StopSequence, _ = member.Str()
		case "usage":
			into.ServiceTier = tierOfAnswer(take.Text(member, "service_tier"))
		default:
			into.Extra = append(into.Extra, api.Field{Name: key, Value: api.JSON(member)})
		}
	}
	into.Choices = append(into.Choices, choice)
	return nil
}

// tierOfAnswer gives the service tier of an answer the name that OpenAI's dialect has for it.
func tierOfAnswer(tier string) string {
	if tier == "standard" {
		return "default"
	}
	return tier
}

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	switch h.Op {
	case api.OpModels:
		return appendModels(dst, h, r)
	case api.OpCountTokens:
		dst = append(dst, `{"input_tokens":`...)
		dst = appendInt(dst, r.Usage.Input)
		return append(dst, '}')
	}
	var none api.Choice
	choice := &none
	if len(r.Choices) > 0 {
		choice = &r.Choices[0]
	}
	dst = appendMessageHead(dst, r.ID, r.Model, h)
	dst = append(dst, `,"content":[`...)
	dst, called := appendAnswer(dst, choice.Parts)
	dst = append(dst, ']')
	end := stop{finish: choice.Finish, raw: choice.FinishRaw, sequence: choice.StopSequence, called: called}
	if choice.Finish == api.FinishOther && r.ExtraOf == name {
		dst = append(dst, `,"stop_reason":`...)
		dst = jsonx.AppendString(dst, choice.FinishRaw)
		dst = appendStopSequence(dst, end.sequence)
	} else {
		dst = end.append(dst)
	}
	dst = append(dst, `,"usage":`...)
	dst = appendUsage(dst, &r.Usage)
	dst = appendTier(dst, r.ServiceTier)
	dst = append(dst, '}')
	if r.ExtraOf == name {
		dst = appendFields(dst, r.Extra)
	}
	return append(dst, '}')
}

// appendMessageHead writes what a message begins with, whole or in a stream.
func appendMessageHead(dst []byte, id, model string, h *dialect.Head) []byte {
	dst = append(dst, `{"id":`...)
	if id == "" {
		dst = appendNewID(dst)
	} else {
		dst = jsonx.AppendString(dst, id)
	}
	dst = append(dst, `,"type":"message","role":"assistant","model":`...)
	if model == "" {
		model = h.Model
	}
	return jsonx.AppendString(dst, model)
}

// appendNewID writes an id for an answer of a provider that gives none.
func appendNewID(dst []byte) []byte {
	var raw [12]byte
	for i := range raw {
		raw[i] = byte(rand.Uint32())
	}
	dst = append(dst, `"msg_`...)
	dst = hex.AppendEncode(dst, raw[:])
	return append(dst, '"')
}

// append writes the members that say why an answer ended.
func (s *stop) append(dst []byte) []byte {
	dst = append(dst, `,"stop_reason":`...)
	dst = jsonx.AppendString(dst, s.reason())
	return appendStopSequence(dst, s.sequence)
}

func appendStopSequence(dst []byte, sequence string) []byte {
	dst = append(dst, `,"stop_sequence":`...)
	if sequence == "" {
		return append(dst, "null"...)
	}
	return jsonx.AppendString(dst, sequence)
}

func appendTier(dst []byte, tier string) []byte {
	if tier == "" {
		return dst
	}
	if tier == "default" {
		tier = "standard"
	}
	dst = append(dst, `,"service_tier":`...)
	return jsonx.AppendString(dst, tier)
}

// appendAnswer writes the blocks of an answer; called says whether one is a
// tool call. What has no block in this dialect, a picture, a sound without
// transcript, another dialect's own part, is left out: a caller of this dialect
// cannot have asked for it.
func appendAnswer(dst []byte, parts []api.Part) (_ []byte, called bool) {
	n := 0
	for i := range parts {
		p := &parts[i]
		before := len(dst)
		if n > 0 {
			dst = append(dst, ',')
		}
		start := len(dst)
		if p.Kind == api.PartReasoning {
			dst = appendThinkingBlock(dst, p.Text, dialect.Carried(parts[i:], name))
		} else {
			dst = appendAnswerBlock(dst, p)
		}
		if len(dst) == start {
			dst = dst[:before]
			continue
		}
		n++
		called = called || p.Kind == api.PartToolCall
	}
	return dst, called
}

func appendAnswerBlock(dst []byte, p *api.Part) []byte {
	if ownRaw(p) {
		return append(dst, p.Raw...)
	}
	switch p.Kind {
	case api.PartText, api.PartRefusal, api.PartAudio:
		if p.Text == "" {
			return dst
		}
		dst = appendTextBlock(dst, p.Text)
		dst = appendCitations(dst, p.Citations, true)
		return append(dst, '}')
	case api.PartRedacted:
		if p.SignatureOf == name {
			return appendRedactedBlock(dst, p.Signature)
		}
	case api.PartToolCall:
		if p.Call != nil {
			dst = appendToolUse(dst, p.Call.ID, p.Call)
			return append(appendOthers(dst, p.Raw, p.RawOf, toolUseMembers), '}')
		}
	}
	return dst
}
