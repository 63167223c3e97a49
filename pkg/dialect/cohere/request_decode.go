package cohere

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
	case api.OpEmbedding:
		member = d.embedMember
	case api.OpRerank:
		member = d.rerankMember
	case api.OpCountTokens:
		member = d.tokenizeMember
	}
	if h.Legacy && h.Op == api.OpChat {
		member = d.v1Member
	}
	for key, v := range jsonx.Value(bytes.TrimSpace(body)).Members() {
		switch key {
		case "model", "stream", "fallbacks", "drop_params": // in the Head
			continue
		}
		if err := member(key, v); err != nil {
			return err
		}
	}
	switch h.Op {
	case api.OpChat:
		if h.Legacy {
			if err := d.settleV1(); err != nil {
				return err
			}
		}
		d.settle()
	case api.OpRerank:
		d.composeDocuments()
	}
	return nil
}

// requestDecoder is the state of one DecodeRequest.
type requestDecoder struct {
	r         *api.Request
	strict    api.Opt[bool] // of all tools
	documents []api.Part
	fields    []string // of documents to be ranked, that count
	v1        v1Chat
}

func (d *requestDecoder) chatMember(key string, v jsonx.Value) *api.Error {
	switch key {
	case "messages":
		return d.messages(v)
	case "tools":
		return d.tools(v)
	case "tool_choice":
		return d.toolChoice(v)
	case "strict_tools":
		return take.Bool(v, key, &d.strict)
	case "documents":
		return d.readDocuments(v)
	case "response_format":
		return d.format(v)
	case "thinking":
		return d.thinking(v)
	}
	return d.samplingMember(key, v)
}

func (d *requestDecoder) samplingMember(key string, v jsonx.Value) *api.Error {
	s := &d.r.Sampling
	switch key {
	case "max_tokens":
		return take.Int(v, key, &s.MaxTokens)
	case "temperature":
		return take.Float(v, key, &s.Temperature)
	case "p":
		return take.Float(v, key, &s.TopP)
	case "k":
		return take.Int(v, key, &s.TopK)
	case "seed":
		return take.Int(v, key, &s.Seed)
	case "presence_penalty":
		return take.Float(v, key, &s.PresencePenalty)
	case "frequency_penalty":
		return take.Float(v, key, &s.FrequencyPenalty)
	case "logprobs":
		return take.Bool(v, key, &s.LogProbs)
	case "stop_sequences":
		return take.Strings(v, key, &s.Stop)
	}
	d.keep(key, v)
	return nil
}

// keep keeps what the vocabulary has no word for.
func (d *requestDecoder) keep(key string, v jsonx.Value) {
	d.r.Extra = append(d.r.Extra, api.Field{Name: key, Value: api.JSON(v)})
}

// settle does what can be done only once all members are known.
func (d *requestDecoder) settle() {
	if d.strict.Set {
		for i := range d.r.Tools {
			d.r.Tools[i].Strict = d.strict
		}
	}
	d.placeDocuments()
}

// format reads response_format. Its schema has no name, and is the object's own.
func (d *requestDecoder) format(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	f := &d.r.Format
	switch take.Text(v, "type") {
	case "text":
		f.Kind = api.FormatText
	case "json_object":
		f.Kind = api.FormatJSON
		schema := v.Get("json_schema")
		if !take.Present(schema) {
			schema = v.Get("schema") // its older name
		}
		if !take.Present(schema) {
			return nil
		}
		if schema.Kind() != jsonx.Object {
			return take.WrongType("response_format.json_schema", "a JSON Schema object")
		}
		f.Kind, f.Schema = api.FormatSchema, api.JSON(schema)
	default:
		return api.Invalid("invalid_value", "response_format.type", `The type of response_format must be "text" or "json_object".`)
	}
	return nil
}

// thinking reads how much the model may think: not at all, so many tokens, or as it likes.
func (d *requestDecoder) thinking(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	r := &d.r.Reasoning
	switch take.Text(v, "type") {
	case "disabled":
		r.Effort = "none"
		return nil
	case "enabled":
		r.Budget = api.Some[int64](-1)
		return take.Int(v.Get("token_budget"), "thinking.token_budget", &r.Budget)
	}
	return api.Invalid("invalid_value", "thinking.type", `The type of thinking must be "enabled" or "disabled".`)
}
