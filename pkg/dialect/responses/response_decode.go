package responses

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeResponse implements dialect.Codec.
func (codec) DecodeResponse(op api.Op, body []byte, into *api.Response) *api.Error {
	if err := untranslated(op); err != nil {
		return err
	}
	a, err := scanAnswer(op, body)
	if err != nil {
		return err
	}
	into.Op, into.Usage, into.ExtraOf = op, a.usage, name
	if op == api.OpCountTokens {
		return nil
	}
	v := jsonx.Value(bytes.TrimSpace(body))
	into.ID, into.Model, into.ServiceTier = take.Text(v, "id"), take.Text(v, "model"), take.Text(v, "service_tier")
	into.Created = seconds(v.Get("created_at"))
	var c api.Choice
	calls := false
	for e := range a.output.Elements() {
		for _, p := range outputParts(e) {
			calls = calls || p.Kind == api.PartToolCall
			c.Parts = append(c.Parts, p)
		}
		for part := range e.Get("content").Elements() {
			c.LogProbs = append(c.LogProbs, decodeLogProbs(part.Get("logprobs"))...)
		}
	}
	c.Finish, c.FinishRaw = finishOf(v, calls)
	into.Choices = append(into.Choices, c)
	return nil
}

// seconds reads a time, which some providers give a fraction of a second.
func seconds(v jsonx.Value) int64 {
	f, _ := v.Float()
	if f < 0 || f > 1<<52 {
		return 0
	}
	return int64(f)
}

// outputParts reads an item of an answer.
func outputParts(v jsonx.Value) []api.Part {
	switch take.Text(v, "type") {
	case "message":
		var parts []api.Part
		for e := range v.Get("content").Elements() {
			if e.Kind() == jsonx.Object {
				parts = append(parts, decodePart(e))
			}
		}
		return parts
	case "function_call", "custom_tool_call":
		return []api.Part{madeCall(v)}
	case "reasoning":
		if p := decodeReasoning(v); p.Text != "" || p.Signature != "" {
			return []api.Part{p}
		}
		return nil
	case "":
		return nil
	}
	return []api.Part{{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}}
}

// madeCall reads a call of a provider's answer: free text stays what it is, since
// the caller has asked for it.
func madeCall(v jsonx.Value) api.Part {
	p := decodeCall(v)
	if take.Text(v, "type") == "custom_tool_call" {
		p.Call.Custom, p.Call.Args = true, jsonx.AppendString(nil, take.Text(v, "input"))
	}
	if p.Call.ID == "" {
		p.Call.ID = take.Text(v, "id")
	}
	return p
}
