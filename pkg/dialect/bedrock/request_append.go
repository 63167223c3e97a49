package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

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
		o := put.Begin(dst)
		if err := appendConversation(&o, r); err != nil {
			return dst, err
		}
		return o.End(), nil
	case api.OpCountTokens:
		return appendCount(dst, r)
	}
	return dst, unsupportedOp(r.Op)
}

// appendCount writes a CountTokensRequest: what counts of a conversation.
func appendCount(dst []byte, r *api.Request) ([]byte, *api.Error) {
	o := put.Begin(dst)
	o.Key("input")
	input := put.Begin(o.Dst)
	input.Key("converse")
	c := put.Begin(input.Dst)
	if err := appendPrompt(&c, r); err != nil {
		return dst, err
	}
	input.Dst = c.End()
	o.Dst = input.End()
	return o.End(), nil
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

func appendConversation(o *put.Object, r *api.Request) *api.Error {
	if err := unsayable(r); err != nil {
		return err
	}
	if err := appendPrompt(o, r); err != nil {
		return err
	}
	extras := own(r.Extra, r.ExtraOf)
	t := thinkingFor(r)
	o.Inside("inferenceConfig", func(in *put.Object) {
		appendInference(in, r, &t)
		in.Extras(extras, inInference)
	})
	o.Inside("outputConfig", func(in *put.Object) {
		appendFormat(in, r)
		in.Some("effort", t.effort)
		in.Extras(extras, inOutput)
	})
	o.Inside("additionalModelRequestFields", func(in *put.Object) {
		appendModelFields(in, r, &t)
		in.Extras(extras, ofModel)
	})
	if tier := tierOf(r); tier != "" {
		o.Inside("serviceTier", func(in *put.Object) { in.Text("type", tier) })
	}
	o.Extras(extras, atTop)
	return nil
}

// appendPrompt writes what the model reads.
func appendPrompt(o *put.Object, r *api.Request) *api.Error {
	w := blockWriter{own: r.ExtraOf == name, cache: caches(r), words: !mayCall(r)}
	if err := w.appendSystem(o, r); err != nil {
		return err
	}
	o.Key("messages")
	w.dst = append(o.Dst, '[')
	if err := w.appendMessages(r); err != nil {
		return err
	}
	o.Dst = append(w.dst, ']')
	return appendToolConfig(o, r, w.cache)
}

// caches says whether cache points may be sent: models that have no cache refuse them.
func caches(r *api.Request) bool {
	return r.ExtraOf == name || isClaude(r.Model) || strings.Contains(r.Model, "nova")
}

func isClaude(model string) bool { return strings.Contains(model, "claude") }

// jsonInstruction stands for a response format of "any JSON object".
const jsonInstruction = "Answer with one JSON object and nothing else: no text around it and no code fence."

func (w *blockWriter) appendSystem(o *put.Object, r *api.Request) *api.Error {
	start := o.Dst
	o.Key("system")
	w.dst = append(o.Dst, '[')
	for i := range r.System {
		if err := w.append(&r.System[i], api.RoleSystem); err != nil {
			return err
		}
	}
	if r.Format.Kind == api.FormatJSON {
		w.text(jsonInstruction)
	}
	o.Dst = append(w.dst, ']')
	if w.n == 0 {
		o.Dst = start
	}
	w.n = 0
	return nil
}

// appendInference writes inferenceConfig. A caller of this dialect gets what it asked
// for, an error too; callers of others do not know what a model takes.
func appendInference(in *put.Object, r *api.Request, t *thinking) {
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
	in.OptInt("maxTokens", s.MaxTokens)
	in.OptFloat("temperature", s.Temperature)
	in.OptFloat("topP", s.TopP)
	in.Strings("stopSequences", s.Stop)
}

func appendFormat(in *put.Object, r *api.Request) {
	if r.Format.Kind != api.FormatSchema || len(r.Format.Schema) == 0 {
		return
	}
	in.Inside("textFormat", func(f *put.Object) {
		f.Text("type", "json_schema")
		f.Inside("structure", func(s *put.Object) {
			s.Inside("jsonSchema", func(j *put.Object) {
				j.Text("schema", string(r.Format.Schema))
				j.Some("name", r.Format.Name)
				j.Some("description", r.Format.Description)
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
