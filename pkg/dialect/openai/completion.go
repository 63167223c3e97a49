package openai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Text completion: https://platform.openai.com/docs/api-reference/completions

func (d *requestDecoder) completionMember(key string, v jsonx.Value) *api.Error {
	c, s := &d.r.Completion, &d.r.Sampling
	switch key {
	case "prompt":
		return d.inputs(key, v)
	case "suffix":
		return take.String(v, key, &c.Suffix)
	case "echo":
		return take.Bool(v, key, &c.Echo)
	case "best_of":
		return take.Int(v, key, &c.BestOf)
	case "logprobs": // a number here
		if err := take.Int(v, key, &s.TopLogProbs); err != nil {
			return err
		}
		if s.TopLogProbs.Set {
			s.LogProbs = api.Some(true)
		}
		return nil
	}
	return d.samplingMember(key, v)
}

// inputs reads the four forms of a prompt or an input: a text, texts, tokens, lists of tokens.
func (d *requestDecoder) inputs(key string, v jsonx.Value) *api.Error {
	r := d.r
	if s, ok := v.Str(); ok {
		r.Inputs = append(r.Inputs, api.Input{Text: s})
		return nil
	}
	for e := range v.Elements() {
		switch e.Kind() {
		case jsonx.String:
			s, _ := e.Str()
			r.Inputs = append(r.Inputs, api.Input{Text: s})
		case jsonx.Array:
			r.Inputs = append(r.Inputs, api.Input{Tokens: api.JSON(e)})
		case jsonx.Number:
			r.Inputs = append(r.Inputs[:0], api.Input{Tokens: api.JSON(v)})
			return nil
		default:
			return take.WrongType(key, "a string, an array of strings or arrays of tokens")
		}
	}
	return nil
}

// appendInputs writes a prompt or an input in the simplest form that holds it.
func (w *requestWriter) appendInputs(dst []byte, key string) []byte {
	dst = put.Key(dst, key)
	if len(w.r.Inputs) == 1 {
		return appendInput(dst, &w.r.Inputs[0])
	}
	dst = append(dst, '[')
	for i := range w.r.Inputs {
		dst = appendInput(put.Comma(dst), &w.r.Inputs[i])
	}
	return append(dst, ']')
}

func appendInput(dst []byte, in *api.Input) []byte {
	if in.Tokens != nil {
		return append(dst, in.Tokens...)
	}
	return jsonx.AppendString(dst, in.Text)
}

func (w *requestWriter) appendCompletion(dst []byte) ([]byte, *api.Error) {
	r := w.r
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst = w.appendInputs(dst, "prompt")
	dst = put.Some(dst, "suffix", r.Completion.Suffix)
	dst = put.OptInt(dst, "max_tokens", r.Sampling.MaxTokens)
	dst = w.appendSampling(dst)
	if top := r.Sampling.TopLogProbs; top.Set || r.Sampling.LogProbs.V {
		dst = put.Int(dst, "logprobs", top.V)
	}
	dst = put.OptBool(dst, "echo", r.Completion.Echo)
	dst = put.OptInt(dst, "best_of", r.Completion.BestOf)
	return w.appendEnd(dst), nil
}

// completionLogProbs reads the old form, in which each kind of fact is a list.
func completionLogProbs(v jsonx.Value) []api.LogProb {
	var list []api.LogProb
	for e := range v.Get("tokens").Elements() {
		token, _ := e.Str()
		list = append(list, api.LogProb{Token: token})
	}
	i := 0
	for e := range v.Get("token_logprobs").Elements() {
		if i < len(list) {
			list[i].LogProb, _ = e.Float()
		}
		i++
	}
	i = 0
	for e := range v.Get("top_logprobs").Elements() {
		for token, p := range e.Members() {
			if i < len(list) {
				f, _ := p.Float()
				list[i].Top = append(list[i].Top, api.LogProb{Token: token, LogProb: f})
			}
		}
		i++
	}
	return list
}

func appendCompletionLogProbs(dst []byte, list []api.LogProb) []byte {
	dst = put.Key(dst, "logprobs")
	if len(list) == 0 {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"tokens":[`...)
	for i := range list {
		dst = jsonx.AppendString(put.Comma(dst), list[i].Token)
	}
	dst = append(dst, `],"token_logprobs":[`...)
	for i := range list {
		dst = jsonx.AppendFloat(put.Comma(dst), list[i].LogProb)
	}
	dst = append(dst, `],"top_logprobs":[`...)
	for i := range list {
		dst = append(put.Comma(dst), '{')
		for _, top := range list[i].Top {
			dst = jsonx.AppendFloat(put.Key(dst, top.Token), top.LogProb)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `],"text_offset":[`...)
	offset := 0 // in characters
	for i := range list {
		dst = strconv.AppendInt(put.Comma(dst), int64(offset), 10)
		offset += len([]rune(list[i].Token))
	}
	return append(dst, "]}"...)
}
