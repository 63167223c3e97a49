package anthropictext

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Codec reads and writes the form on the side of callers.
var Codec = codec{anthropic.Codec}

type codec struct{ dialect.Codec }

// Name implements dialect.Codec.
func (codec) Name() string { return "anthropic_text" }

// AppendResponse implements dialect.Codec.
func (codec) AppendResponse(dst []byte, h *dialect.Head, r *api.Response) []byte {
	var choice api.Choice
	if len(r.Choices) > 0 {
		choice = r.Choices[0]
	}
	var text []byte
	for i := range choice.Parts {
		if isText(choice.Parts[i].Kind) {
			text = append(text, choice.Parts[i].Text...)
		}
	}
	model := r.Model
	if model == "" {
		model = h.Model
	}
	dst = appendCompletion(dst, r.ID, model, string(text))
	dst = appendStop(dst, choice.Finish, choice.StopSequence)
	if r.Usage.Known { // Anthropic tells none here; clients take it for what it is or leave it
		dst = append(put.Key(dst, "usage"), '{')
		dst = put.Int(dst, "input_tokens", r.Usage.Input)
		dst = append(put.Int(dst, "output_tokens", r.Usage.Output), '}')
	}
	return append(dst, '}')
}

// isText says whether a part is text that the caller sees. The form has no place for
// thoughts and calls.
func isText(kind api.PartKind) bool { return kind == api.PartText || kind == api.PartRefusal }

// appendCompletion begins the object that answers are, and events too.
func appendCompletion(dst []byte, id, model, text string) []byte {
	dst = append(dst, `{"type":"completion"`...)
	dst = put.Text(dst, "id", id)
	dst = put.Text(dst, "completion", text)
	return put.Text(dst, "model", model)
}

// appendStop writes why the answer has ended. That the model had no more to say is told
// as if it had gone on with the next turn.
func appendStop(dst []byte, finish api.Finish, sequence string) []byte {
	dst = put.Key(dst, "stop_reason")
	switch finish {
	case api.FinishUnset:
		return append(dst, `null,"stop":null`...)
	case api.FinishLength:
		return append(dst, `"max_tokens","stop":null`...)
	case api.FinishFilter:
		return append(dst, `"refusal","stop":null`...)
	}
	dst = append(dst, `"stop_sequence","stop":`...)
	if sequence == "" {
		sequence = human
	}
	return jsonx.AppendString(dst, sequence)
}
