package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DefaultMaxTokens is the output limit of a request whose caller gave none; the
// dialect requires one. Every current model allows as much.
const DefaultMaxTokens = 8192

// AppendRequest implements dialect.Codec. What becomes of that for which the
// dialect has no words:
//
//	seed, presence and frequency penalty   left out: hints, which no answer has to follow
//	logprobs                               left out: the answer is the same without
//	the name of a message                  left out
//	a foreign service tier                 left out: a matter of price and speed
//	a foreign reasoning's signature        the reasoning is left out: the provider refuses it
//	json_object as response format         an instruction in the system text
//	temperature above 1                    1
//	temperature and top_k while thinking   left out: the provider refuses them
//	sampling fields that a model refuses   left out: they are hints
//	bounds in a schema                     words of its description
//	system text within the conversation    user text
//	allowed tools                          the other tools are left out
//	n above 1, logit_bias                  refused: the answer would be another
//	audio, video, spoken or drawn output   refused
func (codec) AppendRequest(dst []byte, r *api.Request, q *dialect.Quirks) ([]byte, *api.Error) {
	if err := unsupportedOp(r.Op); err != nil {
		return dst, err
	}
	if r.Op == api.OpModels {
		return dst, nil
	}
	if err := unsayable(r); err != nil {
		return dst, err
	}
	limit := outputLimitFor(r, q)
	think, effort := thinkingFor(r, &limit)

	dst = appendModel(append(dst, '{'), r.Op, r.Model, q)
	if r.Op == api.OpChat {
		dst = appendKey(dst, "max_tokens")
		dst = appendInt(dst, limit.tokens)
	}
	dst, err := appendSystem(dst, r)
	if err != nil {
		return dst, err
	}
	if dst, err = appendMessages(dst, r); err != nil {
		return dst, err
	}
	if dst, err = appendTools(dst, r, q); err != nil {
		return dst, err
	}
	dst = appendThinking(dst, &think)
	dst = appendOutputConfig(dst, r, effort)
	if r.Op == api.OpChat {
		dst = appendGeneration(dst, r, &think)
	}
	if r.Cache != nil {
		dst = appendCache(dst, r.Cache)
	}
	dst = appendExtra(dst, r)
	return append(dst, '}'), nil
}

// appendModel writes the member model, or what a provider has in its place. Tokens are
// counted at a path without the model.
func appendModel(dst []byte, op api.Op, model string, q *dialect.Quirks) []byte {
	if q.BodyVersion != "" {
		dst = append(dst, `"anthropic_version":`...)
		dst = jsonx.AppendString(dst, q.BodyVersion)
		if op != api.OpCountTokens {
			return dst
		}
		dst = append(dst, ',')
	}
	return jsonx.AppendString(append(dst, `"model":`...), model)
}

// unsayable returns an error for what the dialect has no words for and the caller relies on.
func unsayable(r *api.Request) *api.Error {
	s := &r.Sampling
	switch {
	case s.N.V > 1:
		return unsupported("n", "The Anthropic Messages API gives one answer to a request. Ask for n = 1.")
	case jsonx.Value(s.LogitBias).Len() > 0:
		return unsupported("logit_bias", "The Anthropic Messages API has no logit_bias. Leave it out.")
	case r.Audio != nil:
		return unsupported("audio", "The Anthropic Messages API answers with text only.")
	}
	for _, m := range r.Modalities {
		if m != "text" {
			return unsupported("modalities", "The Anthropic Messages API answers with text only.")
		}
	}
	return nil
}

func unsupported(param, what string) *api.Error {
	err := api.Errorf(api.KindUnsupported, "unsupported_field", "%s: %s", param, what)
	err.Param = param
	return err
}

// outputLimit is max_tokens, and whether the caller chose it.
type outputLimit struct {
	tokens   int64
	ofCaller bool
}

func outputLimitFor(r *api.Request, q *dialect.Quirks) outputLimit {
	if m := r.Sampling.MaxTokens; m.Set {
		return outputLimit{tokens: m.V, ofCaller: true}
	}
	if q.DefaultMaxTokens > 0 {
		return outputLimit{tokens: q.DefaultMaxTokens}
	}
	return outputLimit{tokens: DefaultMaxTokens}
}

// jsonInstruction stands for a response format of "any JSON object".
const jsonInstruction = "Answer with one JSON object and nothing else: no text around it and no code fence."

func appendSystem(dst []byte, r *api.Request) ([]byte, *api.Error) {
	start := len(dst)
	dst = append(appendKey(dst, "system"), '[')
	w := blockWriter{dst: dst}
	for i := range r.System {
		if r.System[i].Kind != api.PartText && !ownRaw(&r.System[i]) {
			return dst, api.Errorf(api.KindUnsupported, "unsupported_content", "system: Only text is possible here.")
		}
		if err := w.append(&r.System[i], api.RoleSystem); err != nil {
			return dst, within(err, "system", i)
		}
	}
	if r.Format.Kind == api.FormatJSON {
		w.next()
		w.dst = append(appendTextBlock(w.dst, jsonInstruction), '}')
	}
	if w.n == 0 {
		return dst[:start], nil
	}
	return append(w.dst, ']'), nil
}

func appendOutputConfig(dst []byte, r *api.Request, effort string) []byte {
	rest := ownExtra(r, "output_config")
	schema := r.Format.Kind == api.FormatSchema && len(r.Format.Schema) > 0
	if effort == "" && !schema && rest == nil {
		return dst
	}
	dst = append(appendKey(dst, "output_config"), '{')
	if effort != "" {
		dst = appendKey(dst, "effort")
		dst = jsonx.AppendString(dst, effort)
	}
	if schema {
		dst = append(appendKey(dst, "format"), `{"type":"json_schema","schema":`...)
		if r.ExtraOf == name {
			dst = append(dst, r.Format.Schema...)
		} else {
			dst = appendClosedSchema(dst, jsonx.Value(r.Format.Schema))
		}
		dst = append(dst, '}')
	}
	return append(appendMembers(dst, rest), '}')
}

// appendGeneration writes what count_tokens does not take.
func appendGeneration(dst []byte, r *api.Request, t *thinking) []byte {
	dst = appendSampling(dst, r, t)
	if stops := r.Sampling.Stop; len(stops) > 0 {
		dst = append(appendKey(dst, "stop_sequences"), '[')
		for i, stop := range stops {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = jsonx.AppendString(dst, stop)
		}
		dst = append(dst, ']')
	}
	dst = appendMetadata(dst, r)
	if tier := tierToWire(r); tier != "" {
		dst = appendKey(dst, "service_tier")
		dst = jsonx.AppendString(dst, tier)
	}
	if r.Stream {
		dst = append(dst, `,"stream":true`...)
	}
	return dst
}

func appendMetadata(dst []byte, r *api.Request) []byte {
	rest := ownExtra(r, "metadata")
	if r.User == "" && rest == nil {
		return dst
	}
	dst = append(appendKey(dst, "metadata"), '{')
	if r.User != "" {
		dst = appendKey(dst, "user_id")
		dst = jsonx.AppendString(dst, r.User)
	}
	return append(appendMembers(dst, rest), '}')
}

// tierToWire returns the service tier to send; empty for one that only another dialect knows.
func tierToWire(r *api.Request) string {
	switch {
	case r.ServiceTier == "default":
		return "standard_only"
	case r.ServiceTier == "auto", r.ExtraOf == name:
		return r.ServiceTier
	}
	return ""
}

// ownExtra returns the field key of r.Extra, if the request came in this dialect.
func ownExtra(r *api.Request, key string) jsonx.Value {
	if r.ExtraOf != name {
		return nil
	}
	for i := range r.Extra {
		if r.Extra[i].Name == key {
			return jsonx.Value(r.Extra[i].Value)
		}
	}
	return nil
}

// appendExtra writes the fields that came in this dialect, but for those that
// the writers above have put where they belong.
func appendExtra(dst []byte, r *api.Request) []byte {
	if r.ExtraOf != name {
		return dst
	}
	for i := range r.Extra {
		switch r.Extra[i].Name {
		case "thinking", "output_config", "metadata":
			continue
		}
		dst = appendFields(dst, r.Extra[i:i+1])
	}
	return dst
}

// appendMembers writes the members of the object v into the object that dst ends in.
func appendMembers(dst []byte, v jsonx.Value) []byte {
	for key, member := range v.Members() {
		dst = appendKey(dst, key)
		dst = append(dst, member...)
	}
	return dst
}
