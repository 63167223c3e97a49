package openai

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeRequest implements dialect.Codec.
func (codec) DecodeRequest(h *dialect.Head, body []byte, into *api.Request) *api.Error {
	if err := unsupportedOp(h.Op); err != nil {
		return err
	}
	into.Op, into.Model, into.Stream, into.StreamUsage = h.Op, h.Model, h.Stream, h.StreamUsage
	into.ExtraOf = name
	d := requestDecoder{r: into}
	member := d.chatMember
	switch h.Op {
	case api.OpModels:
		return nil
	case api.OpCompletion:
		member = d.completionMember
	case api.OpEmbedding:
		member = d.embeddingMember
	case api.OpRerank:
		member = d.rerankMember
	}
	for key, v := range jsonx.Value(bytes.TrimSpace(body)).Members() {
		if err := d.sharedMember(key, v, member); err != nil {
			return err
		}
	}
	if d.modern.Set {
		into.Sampling.MaxTokens = d.modern
	}
	return nil
}

// requestDecoder is the state of one DecodeRequest.
type requestDecoder struct {
	r      *api.Request
	modern api.Opt[int64] // max_completion_tokens, which goes before max_tokens
}

// sharedMember reads what all operations have, and leaves the rest to next.
func (d *requestDecoder) sharedMember(key string, v jsonx.Value, next func(string, jsonx.Value) *api.Error) *api.Error {
	switch key {
	case "model", "stream", "fallbacks", "drop_params": // in the Head
		return nil
	case "stream_options":
		if v.Len() > 1 || v.Get("include_usage") == nil {
			d.keep(key, v)
		}
		return nil
	case "user":
		return take.String(v, key, &d.r.User)
	}
	return next(key, v)
}

// samplingMember reads what chat and text completion have in common.
func (d *requestDecoder) samplingMember(key string, v jsonx.Value) *api.Error {
	s := &d.r.Sampling
	switch key {
	case "max_tokens":
		return take.Int(v, key, &s.MaxTokens)
	case "temperature":
		return take.Float(v, key, &s.Temperature)
	case "top_p":
		return take.Float(v, key, &s.TopP)
	case "top_k":
		return take.Int(v, key, &s.TopK)
	case "n":
		return take.Int(v, key, &s.N)
	case "seed":
		return take.Int(v, key, &s.Seed)
	case "presence_penalty":
		return take.Float(v, key, &s.PresencePenalty)
	case "frequency_penalty":
		return take.Float(v, key, &s.FrequencyPenalty)
	case "logit_bias":
		return take.Object(v, key, "an object", &s.LogitBias)
	case "stop":
		if one, ok := v.Str(); ok {
			s.Stop = append(s.Stop, one)
			return nil
		}
		return take.Strings(v, key, &s.Stop)
	}
	d.keep(key, v)
	return nil
}

func (d *requestDecoder) chatMember(key string, v jsonx.Value) *api.Error {
	r := d.r
	switch key {
	case "messages":
		return d.messages(v)
	case "prompt":
		if !dialect.IsOwnPrompt(v) {
			d.keep(key, v)
		}
		return nil
	case "max_completion_tokens":
		return take.Int(v, key, &d.modern)
	case "logprobs":
		return take.Bool(v, key, &r.Sampling.LogProbs)
	case "top_logprobs":
		return take.Int(v, key, &r.Sampling.TopLogProbs)
	case "tools":
		return d.tools(v)
	case "tool_choice":
		return d.toolChoice(v)
	case "parallel_tool_calls":
		return take.Bool(v, key, &r.ToolChoice.Parallel)
	case "functions", "function_call":
		return api.Errorf(api.KindUnsupported, "unsupported_field",
			"The field %q is not translated to a provider of another dialect. Use tools and tool_choice, which replaced it.", key)
	case "response_format":
		return d.format(v)
	case "reasoning_effort":
		return take.String(v, key, &r.Reasoning.Effort)
	case "verbosity":
		return take.String(v, key, &r.Verbosity)
	case "modalities":
		return take.Strings(v, key, &r.Modalities)
	case "audio":
		d.audio(v)
		return nil
	case "metadata":
		return take.Object(v, key, "an object", &r.Metadata)
	case "service_tier":
		return take.String(v, key, &r.ServiceTier)
	case "cache_control":
		r.Cache = cacheOf(v)
		return nil
	}
	return d.samplingMember(key, v)
}

// keep keeps what the vocabulary has no word for.
func (d *requestDecoder) keep(key string, v jsonx.Value) {
	d.r.Extra = append(d.r.Extra, extra(key, v))
}

func (d *requestDecoder) format(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	f, schema := &d.r.Format, v.Get("json_schema")
	switch take.Text(v, "type") {
	case "text":
		f.Kind = api.FormatText
	case "json_object":
		f.Kind = api.FormatJSON
	case "json_schema":
		const param = "response_format.json_schema"
		if schema.Kind() != jsonx.Object {
			return take.WrongType(param, "an object")
		}
		f.Kind = api.FormatSchema
		f.Name, f.Description = take.Text(schema, "name"), take.Text(schema, "description")
		if err := take.Object(schema.Get("schema"), param+".schema", "a JSON Schema object", &f.Schema); err != nil {
			return err
		}
		return take.Bool(schema.Get("strict"), param+".strict", &f.Strict)
	default: // grammars of one provider or another
		d.keep("response_format", v)
	}
	return nil
}

// audio reads the wanted voice. One that is not a preset's name is for this dialect alone.
func (d *requestDecoder) audio(v jsonx.Value) {
	if v.IsNull() {
		return
	}
	voice, ok := v.Get("voice").Str()
	if !ok {
		d.keep("audio", v)
		return
	}
	d.r.Audio = &api.AudioOut{Voice: voice, Format: take.Text(v, "format")}
}

// cacheOf reads a cache_control.
func cacheOf(v jsonx.Value) *api.Cache {
	if v.Kind() != jsonx.Object {
		return nil
	}
	return &api.Cache{TTL: take.Text(v, "ttl")}
}
