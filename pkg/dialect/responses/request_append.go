package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendRequest implements dialect.Codec.
//
// What a provider can do without is left out where this dialect has no word for
// it: a seed, top_k and penalties, cache markers, names of messages, an error flag
// on a tool's result. Nothing is stored that the caller does not know to be.
func (codec) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	if err := untranslated(r.Op); err != nil {
		return dst, err
	}
	w := requestWriter{r: r, q: q}
	if err := w.sayable(); err != nil {
		return dst, err
	}
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst, err := w.appendInput(dst)
	if err != nil {
		return dst, err
	}
	if dst, err = w.appendTools(dst); err != nil {
		return dst, err
	}
	dst = w.appendToolChoice(dst)
	dst = w.appendText(dst)
	dst = w.appendReasoning(dst)
	if r.Op == api.OpCountTokens {
		return append(dst, '}'), nil
	}
	return w.appendGeneration(dst), nil
}

// requestWriter writes one request.
type requestWriter struct {
	r *api.Request
	q *dialect.Quirks
}

// sayable refuses what changes the answer and has no place here.
func (w *requestWriter) sayable() *api.Error {
	var param string
	switch r := w.r; {
	case r.Sampling.N.V > 1:
		param = "n"
	case len(r.Sampling.Stop) > 0:
		param = "stop"
	case r.Audio != nil:
		param = "audio"
	default:
		return nil
	}
	return &api.Error{
		Kind: api.KindUnsupported, Code: "unsupported_field", Param: param,
		Message: "The model's provider is asked through the Responses API, which has no such field.",
	}
}

// appendText writes the wanted form of the answer.
func (w *requestWriter) appendText(dst []byte) []byte {
	f := &w.r.Format
	if f.Kind == api.FormatUnset && w.r.Verbosity == "" {
		return dst
	}
	dst = append(put.Key(dst, "text"), '{')
	dst = put.Some(dst, "verbosity", w.r.Verbosity)
	switch f.Kind {
	case api.FormatText:
		dst = append(put.Key(dst, "format"), `{"type":"text"}`...)
	case api.FormatJSON:
		dst = append(put.Key(dst, "format"), `{"type":"json_object"}`...)
	case api.FormatSchema:
		title := f.Name
		if title == "" {
			title = "response" // required here, unknown to other dialects
		}
		dst = append(put.Key(dst, "format"), `{"type":"json_schema"`...)
		dst = put.Text(dst, "name", title)
		dst = put.Some(dst, "description", f.Description)
		dst = put.Raw(dst, "schema", f.Schema)
		dst = append(put.OptBool(dst, "strict", f.Strict), '}')
	}
	return append(dst, '}')
}

func (w *requestWriter) appendReasoning(dst []byte) []byte {
	effort, show := w.r.Reasoning.Level(), w.r.Reasoning.Show.V
	if !w.r.Reasoning.Show.Set && w.r.ExtraOf != name {
		show = effort != "" && effort != "none" // who asks for thoughts elsewhere is shown them
	}
	if effort == "" && !show {
		return dst
	}
	dst = append(put.Key(dst, "reasoning"), '{')
	dst = put.Some(dst, "effort", effort)
	if show {
		dst = put.Text(dst, "summary", "auto")
	}
	return append(dst, '}')
}

// appendGeneration writes what a count of tokens does without, to the end.
func (w *requestWriter) appendGeneration(dst []byte) []byte {
	r := w.r
	dst = put.OptInt(dst, "max_output_tokens", r.Sampling.MaxTokens)
	dst = put.OptFloat(dst, "temperature", r.Sampling.Temperature)
	dst = put.OptFloat(dst, "top_p", r.Sampling.TopP)
	if r.Sampling.LogProbs.V {
		dst = append(put.Key(dst, "include"), '[')
		dst = append(jsonx.AppendString(dst, includeLogProbs), ']')
		dst = put.OptInt(dst, "top_logprobs", r.Sampling.TopLogProbs)
	}
	dst = put.Raw(dst, "metadata", r.Metadata)
	dst = put.Some(dst, "service_tier", r.ServiceTier)
	dst = put.Some(dst, "user", r.User)
	dst = append(dst, `,"store":false`...)
	if r.Stream {
		dst = append(dst, `,"stream":true`...)
	}
	if r.ExtraOf == name {
		for _, f := range r.Extra {
			dst = put.Raw(dst, f.Name, f.Value)
		}
	}
	return append(dst, '}')
}
