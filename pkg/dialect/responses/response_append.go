package responses

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// AppendResponse implements dialect.Codec. The dialect gives one answer only: the first.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if r.Op == api.OpCountTokens {
		dst = append(dst, `{"object":"response.input_tokens"`...)
		return append(put.Int(dst, "input_tokens", r.Usage.Input), '}')
	}
	var c api.Choice
	if len(r.Choices) > 0 {
		c = r.Choices[0]
	}
	o := outer{
		id: responseID(r.ID), model: r.Model, created: r.Created, tier: r.ServiceTier,
		status: statusOf(c.Finish), reason: incomplete(c.Finish), usage: r.Usage, echo: h.Settings,
	}
	return o.append(dst, func(dst []byte) []byte { return appendOutput(dst, h, o.id, &c) })
}

// outer is a response without its output.
type outer struct {
	id, model, tier string
	created         int64
	status          string
	reason          string // why it is incomplete
	err             *api.Error
	usage           api.Usage
	echo            []api.Field
}

func (o *outer) append(dst []byte, output func([]byte) []byte) []byte {
	dst = put.Text(append(dst, '{'), "id", o.id)
	dst = append(dst, `,"object":"response"`...)
	dst = put.Int(dst, "created_at", o.created)
	dst = put.Text(dst, "status", o.status)
	dst = append(dst, `,"background":false`...)
	dst = put.Key(dst, "error")
	if o.err == nil {
		dst = append(dst, "null"...)
	} else {
		dst = put.Text(append(dst, '{'), "code", failureCode(o.err))
		dst = append(put.Text(dst, "message", o.err.Message), '}')
	}
	dst = put.Key(dst, "incomplete_details")
	if o.reason == "" {
		dst = append(dst, "null"...)
	} else {
		dst = append(put.Text(append(dst, '{'), "reason", o.reason), '}')
	}
	dst = put.Text(dst, "model", o.model)
	dst = append(output(append(put.Key(dst, "output"), '[')), ']')
	dst = append(dst, `,"previous_response_id":null`...)
	dst = appendSettings(dst, o.echo)
	dst = put.Some(dst, "service_tier", o.tier)
	return append(appendUsage(put.Key(dst, "usage"), &o.usage), '}')
}

// failureCode is one of the words that a response's error may have.
func failureCode(err *api.Error) string {
	switch err.Kind {
	case api.KindRateLimit:
		return "rate_limit_exceeded"
	case api.KindInvalid, api.KindUnsupported:
		return "invalid_prompt"
	}
	return "server_error"
}

// maxIDBytes leaves room in the API's 64 for what comes before and behind.
const maxIDBytes = 48

// responseID makes the id of another dialect's answer one of this.
func responseID(id string) string {
	const prefix = "resp_"
	if strings.HasPrefix(id, prefix) {
		return id
	}
	return prefix + id[:min(len(id), maxIDBytes)]
}

// itemID is the id of the n-th item of an answer.
func itemID(prefix, responseID string, n int) string {
	base := strings.TrimPrefix(responseID, "resp_")
	return prefix + base[:min(len(base), maxIDBytes)] + "_" + strconv.Itoa(n)
}

// appendOutput writes what a choice says as items. Blocks that only another dialect
// knows, such as the steps of a tool that ran at the provider, have no place in it.
func appendOutput(dst []byte, h *dialect.Head, response string, c *api.Choice) []byte {
	probs, n, thought := c.LogProbs, 0, false
	for i := 0; i < len(c.Parts); i++ {
		p := &c.Parts[i]
		if p.SignatureOf == google && p.Signature != "" && p.Kind != api.PartReasoning && !thought {
			dst = appendReasoningItem(put.Comma(dst), itemID("rs_", response, n), "", sealed(api.PartReasoning, p.Signature, google))
			n, thought = n+1, true
		}
		switch {
		case isWords(p):
			words := 1
			for i+words < len(c.Parts) && isWords(&c.Parts[i+words]) {
				words++
			}
			dst = append(put.Comma(dst), `{"type":"message"`...)
			dst = put.Text(dst, "id", itemID("msg_", response, n))
			dst = append(put.Text(dst, "status", statusOf(c.Finish)), `,"role":"assistant","content":[`...)
			for j := range words {
				dst = appendWords(put.Comma(dst), &c.Parts[i+j], probs)
				probs = nil
			}
			dst = append(dst, "]}"...)
			i += words - 1
		case p.Kind == api.PartReasoning, p.Kind == api.PartRedacted:
			dst = appendReasoningItem(put.Comma(dst), itemID("rs_", response, n), p.Text, carried(c.Parts[i:]))
			thought = true
		case p.Kind == api.PartToolCall && p.Call != nil:
			call, form := *p.Call, formOf(h, p.Call.Name)
			call.Name, call.Custom = form.Own, call.Custom || form.Custom
			dst = append(appendCall(put.Comma(dst), callItemID(call.Custom, response, n), form.Namespace, "completed", &call), '}')
		case p.Kind == api.PartOpaque && p.RawOf == name:
			dst = append(put.Comma(dst), p.Raw...)
		default:
			continue
		}
		n++
	}
	return dst
}

func callItemID(custom bool, response string, n int) string {
	if custom {
		return itemID("ctc_", response, n)
	}
	return itemID("fc_", response, n)
}

func appendReasoningItem(dst []byte, id, words, encrypted string) []byte {
	dst = append(dst, `{"type":"reasoning"`...)
	dst = appendSummary(put.Text(dst, "id", id), words)
	return append(put.Some(dst, "encrypted_content", encrypted), '}')
}
