package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// AppendRequest implements dialect.Codec. What becomes of that for which Converse
// has no words:
//
//	seed, presence and frequency penalty   left out: hints, which no answer has to follow
//	logprobs, the user, names              left out: the answer is the same without
//	a foreign service tier                 left out: a matter of price and speed
//	strict on tools                        left out: few models take it
//	a foreign reasoning's signature        the reasoning is left out: the provider refuses it
//	json_object as response format         an instruction in the system text
//	the tool choice none, or no tools      calls and results of the history become words
//	allowed tools                          the other tools are left out
//	system text within the conversation    user text
//	media at URLs                          refused: Bedrock fetches none
//	n above 1, logit_bias                  refused: the answer would be another
//	spoken or drawn output                 refused
func (codec) AppendRequest(dst []byte, r *api.Request, _ *dialect.Quirks) ([]byte, *api.Error) {
	switch r.Op {
	case api.OpEmbedding:
		return appendEmbedding(dst, r)
	case api.OpChat:
		o := begin(dst)
		if err := appendConversation(&o, r); err != nil {
			return dst, err
		}
		return o.end(), nil
	case api.OpCountTokens:
		return appendCount(dst, r)
	}
	return dst, unsupportedOp(r.Op)
}

// appendCount writes a CountTokensRequest: what counts of a conversation.
func appendCount(dst []byte, r *api.Request) ([]byte, *api.Error) {
	o := begin(dst)
	o.key("input")
	input := begin(o.dst)
	input.key("converse")
	c := begin(input.dst)
	if err := appendPrompt(&c, r); err != nil {
		return dst, err
	}
	input.dst = c.end()
	o.dst = input.end()
	return o.end(), nil
}

// unsayable returns an error for what the dialect has no words for and the caller relies on.
func unsayable(r *api.Request) *api.Error {
	switch {
	case r.Sampling.N.V > 1:
		return unsupported("n", "Amazon Bedrock gives one answer to a request. Ask for n = 1.")
	case jsonx.Value(r.Sampling.LogitBias).Len() > 0:
		return unsupported("logit_bias", "Amazon Bedrock's Converse has no logit_bias. Leave it out.")
	case r.Audio != nil:
		return unsupported("audio", "Amazon Bedrock's Converse answers with text only.")
	}
	for _, m := range r.Modalities {
		if m != "text" {
			return unsupported("modalities", "Amazon Bedrock's Converse answers with text only.")
		}
	}
	return nil
}

func appendConversation(o *object, r *api.Request) *api.Error {
	if err := unsayable(r); err != nil {
		return err
	}
	if err := appendPrompt(o, r); err != nil {
		return err
	}
	extras := own(r.Extra, r.ExtraOf)
	t := thinkingFor(r)
	o.inside("inferenceConfig", func(in *object) {
		appendInference(in, r, &t)
		in.extras(extras, inInference)
	})
	o.inside("outputConfig", func(in *object) {
		appendFormat(in, r)
		in.word("effort", t.effort)
		in.extras(extras, inOutput)
	})
	o.inside("additionalModelRequestFields", func(in *object) {
		appendModelFields(in, r, &t)
		in.extras(extras, ofModel)
	})
	if tier := tierOf(r); tier != "" {
		o.inside("serviceTier", func(in *object) { in.str("type", tier) })
	}
	o.extras(extras, atTop)
	return nil
}

// appendPrompt writes what the model reads.
func appendPrompt(o *object, r *api.Request) *api.Error {
	w := blockWriter{own: r.ExtraOf == name, cache: caches(r), words: !mayCall(r)}
	if err := w.appendSystem(o, r); err != nil {
		return err
	}
	o.key("messages")
	w.dst = append(o.dst, '[')
	if err := w.appendMessages(r); err != nil {
		return err
	}
	o.dst = append(w.dst, ']')
	return appendToolConfig(o, r, w.cache)
}

// caches says whether cache points may be sent: models that have no cache refuse them.
func caches(r *api.Request) bool {
	return r.ExtraOf == name || isClaude(r.Model) || strings.Contains(r.Model, "nova")
}

func isClaude(model string) bool { return strings.Contains(model, "claude") }

// jsonInstruction stands for a response format of "any JSON object".
const jsonInstruction = "Answer with one JSON object and nothing else: no text around it and no code fence."

func (w *blockWriter) appendSystem(o *object, r *api.Request) *api.Error {
	start, some := o.dst, o.some
	o.key("system")
	w.dst = append(o.dst, '[')
	for i := range r.System {
		if err := w.append(&r.System[i], api.RoleSystem); err != nil {
			return err
		}
	}
	if r.Format.Kind == api.FormatJSON {
		w.text(jsonInstruction)
	}
	o.dst = append(w.dst, ']')
	if w.n == 0 {
		o.dst, o.some = start, some
	}
	w.n = 0
	return nil
}

// appendInference writes inferenceConfig. A caller of this dialect gets what it asked
// for, an error too; callers of others do not know what a model takes.
func appendInference(in *object, r *api.Request, t *thinking) {
	s := r.Sampling
	if r.ExtraOf != name {
		if isClaude(r.Model) {
			switch {
			case t.on(), !anthropic.TakesSampling(r.Model):
				s.Temperature.Set, s.TopP.Set = false, false
			case s.Temperature.Set:
				s.TopP.Set = false // since Claude 4.1 it is one or the other
			}
		}
		s.Temperature.V = min(s.Temperature.V, 1)
	}
	if t.limit > 0 {
		s.MaxTokens = api.Some(t.limit)
	}
	in.optInt("maxTokens", s.MaxTokens)
	in.optFloat("temperature", s.Temperature)
	in.optFloat("topP", s.TopP)
	in.strs("stopSequences", s.Stop)
}

func appendFormat(in *object, r *api.Request) {
	if r.Format.Kind != api.FormatSchema || len(r.Format.Schema) == 0 {
		return
	}
	in.inside("textFormat", func(f *object) {
		f.str("type", "json_schema")
		f.inside("structure", func(s *object) {
			s.inside("jsonSchema", func(j *object) {
				j.str("schema", string(r.Format.Schema))
				j.word("name", r.Format.Name)
				j.word("description", r.Format.Description)
			})
		})
	})
}

// tierOf returns the service tier to send; empty for one that only another dialect knows.
func tierOf(r *api.Request) string {
	switch r.ServiceTier {
	case "default", "flex", "priority":
		return r.ServiceTier
	}
	if r.ExtraOf == name {
		return r.ServiceTier
	}
	return ""
}
