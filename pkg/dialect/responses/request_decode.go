package responses

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeRequest implements dialect.Codec.
func (codec) DecodeRequest(h *dialect.Head, body []byte, into *api.Request) *api.Error {
	if err := untranslated(h.Op); err != nil {
		return err
	}
	into.Op, into.Model, into.Stream, into.StreamUsage = h.Op, h.Model, h.Stream, h.StreamUsage
	into.ExtraOf = name
	d := requestDecoder{r: into, head: h}
	root := jsonx.Value(bytes.TrimSpace(body))
	// Instructions stand before the conversation, wherever they are in the body.
	if err := d.instructions(root.Get("instructions")); err != nil {
		return err
	}
	for key, v := range root.Members() {
		if err := d.member(key, v); err != nil {
			return err
		}
	}
	for i := range into.Messages {
		handOver(into.Messages[i].Parts)
	}
	return nil
}

// requestDecoder is the state of one DecodeRequest.
type requestDecoder struct {
	r    *api.Request
	head *dialect.Head
}

func (d *requestDecoder) instructions(v jsonx.Value) *api.Error {
	var words string
	if err := take.String(v, "instructions", &words); err != nil || words == "" {
		return err
	}
	d.r.System = append(d.r.System, api.Part{Text: words})
	return nil
}

func (d *requestDecoder) member(key string, v jsonx.Value) *api.Error {
	if echoed(key) && take.Present(v) {
		d.head.Settings = append(d.head.Settings, api.Field{Name: key, Value: api.JSON(v)})
	}
	r := d.r
	switch key {
	case "input":
		return d.input(v)
	case "tools":
		return d.tools(v)
	case "tool_choice":
		return d.toolChoice(v)
	case "parallel_tool_calls":
		return take.Bool(v, key, &r.ToolChoice.Parallel)
	case "text":
		return d.text(v)
	case "reasoning":
		return d.reasoning(v)
	case "include":
		return d.include(v)
	case "metadata":
		return take.Object(v, key, "an object", &r.Metadata)
	case "service_tier":
		return take.String(v, key, &r.ServiceTier)
	case "user":
		return take.String(v, key, &r.User)
	}
	return d.plainMember(key, v)
}

// plainMember reads what is a number, or of concern to no other dialect.
func (d *requestDecoder) plainMember(key string, v jsonx.Value) *api.Error {
	s := &d.r.Sampling
	switch key {
	case "max_output_tokens":
		return take.Int(v, key, &s.MaxTokens)
	case "temperature":
		return take.Float(v, key, &s.Temperature)
	case "top_p":
		return take.Float(v, key, &s.TopP)
	case "top_logprobs":
		return take.Int(v, key, &s.TopLogProbs)
	case "model", "stream", "fallbacks", "drop_params", "instructions": // in the Head, or read before
		return nil
	case "prompt":
		if dialect.IsOwnPrompt(v) {
			return nil
		}
		return d.refuseState(key, v)
	case "previous_response_id", "conversation":
		return d.refuseState(key, v)
	case "background":
		if on, _ := v.Bool(); on {
			return d.refuseState(key, v)
		}
		return nil
	case "truncation":
		if word, _ := v.Str(); word != "auto" {
			return nil
		}
		return d.refuse(key)
	case "context_management", "moderation":
		if !take.Present(v) || v.Len() == 0 {
			return nil
		}
		return d.refuse(key)
	case "store", "max_tool_calls", "stream_options", "prompt_cache_key", "prompt_cache_options",
		"prompt_cache_retention", "safety_identifier": // hints, and bounds of what is not there
		return nil
	}
	d.r.Extra = append(d.r.Extra, api.Field{Name: key, Value: api.JSON(v)})
	return nil
}

// refuseState refuses what only the provider that keeps it can go on with.
func (d *requestDecoder) refuseState(key string, v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	return &api.Error{
		Kind: api.KindUnsupported, Code: "unsupported_field", Param: key,
		Message: "The field stands for something that is kept at a provider of the Responses API, and this model's provider is asked in another way. Send the whole conversation as input.",
	}
}

// refuse refuses what no other dialect has, unless the caller agrees to do without.
func (d *requestDecoder) refuse(param string) *api.Error {
	if d.head.DropParams {
		d.r.Dropped = append(d.r.Dropped, param)
		return nil
	}
	return &api.Error{
		Kind: api.KindUnsupported, Code: "unsupported_field", Param: param,
		Message: "Only a provider of the Responses API has this. Leave it out, or set drop_params to have the gateway do so.",
	}
}

// text reads the wanted form of the answer.
func (d *requestDecoder) text(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType("text", "an object")
	}
	if err := take.String(v.Get("verbosity"), "text.verbosity", &d.r.Verbosity); err != nil {
		return err
	}
	f, form := &d.r.Format, v.Get("format")
	switch take.Text(form, "type") {
	case "":
	case "text":
		f.Kind = api.FormatText
	case "json_object":
		f.Kind = api.FormatJSON
	case "json_schema":
		f.Kind = api.FormatSchema
		f.Name, f.Description = take.Text(form, "name"), take.Text(form, "description")
		if err := take.Object(form.Get("schema"), "text.format.schema", "a JSON Schema object", &f.Schema); err != nil {
			return err
		}
		return take.Bool(form.Get("strict"), "text.format.strict", &f.Strict)
	default:
		return d.refuse("text.format")
	}
	return nil
}

// reasoning reads how much the model may think. A summary is what is shown of it.
func (d *requestDecoder) reasoning(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType("reasoning", "an object")
	}
	r := &d.r.Reasoning
	if take.Present(v.Get("summary")) || take.Present(v.Get("generate_summary")) {
		r.Show = api.Some(true)
	}
	return take.String(v.Get("effort"), "reasoning.effort", &r.Effort)
}

// include reads what the answer should have besides. The dialect's other words for
// it are of tools that run at the provider, or of what comes anyway.
func (d *requestDecoder) include(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("include", "an array of strings")
	}
	for e := range v.Elements() {
		if word, _ := e.Str(); word == includeLogProbs {
			d.r.Sampling.LogProbs = api.Some(true)
		}
	}
	return nil
}

const (
	includeLogProbs  = "message.output_text.logprobs"
	includeEncrypted = "reasoning.encrypted_content"
)
