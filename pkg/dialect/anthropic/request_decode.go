package anthropic

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
	into.Op, into.Model, into.Stream, into.StreamUsage = h.Op, h.Model, h.Stream, true
	into.ExtraOf = name
	if h.Op == api.OpModels {
		return nil
	}
	d := requestDecoder{r: into}
	for key, v := range jsonx.Value(bytes.TrimSpace(body)).Members() {
		if err := d.member(key, v); err != nil {
			return err
		}
	}
	d.finish()
	return nil
}

// requestDecoder is the state of one DecodeRequest. Thinking and effort are one
// thing in the vocabulary and two members on the wire, so they wait for each other.
type requestDecoder struct {
	r        *api.Request
	thinking thinking
	effort   string
}

func (d *requestDecoder) member(key string, v jsonx.Value) *api.Error {
	r, s := d.r, &d.r.Sampling
	switch key {
	case "model", "stream", "fallbacks": // in the Head
		return nil
	case "messages":
		return d.messages(v)
	case "system":
		return d.system(v)
	case "max_tokens":
		return take.Int(v, key, &s.MaxTokens)
	case "temperature":
		return take.Float(v, key, &s.Temperature)
	case "top_p":
		return take.Float(v, key, &s.TopP)
	case "top_k":
		return take.Int(v, key, &s.TopK)
	case "stop_sequences":
		return take.Strings(v, key, &s.Stop)
	case "tools":
		return decodeTools(r, v)
	case "tool_choice":
		return decodeToolChoice(&r.ToolChoice, v)
	case "thinking":
		return d.thinking.decode(v)
	case "output_config":
		return d.outputConfig(v)
	case "output_format": // output_config.format before it was generally available
		return decodeFormat(&r.Format, v, key)
	case "metadata":
		return d.metadata(v)
	case "service_tier":
		err := take.String(v, key, &r.ServiceTier)
		r.ServiceTier = tierFromWire(r.ServiceTier)
		return err
	case "cache_control":
		r.Cache = decodeCache(v)
	default:
		d.extra(key, v)
	}
	return nil
}

func (d *requestDecoder) extra(key string, v jsonx.Value) {
	d.r.Extra = append(d.r.Extra, api.Field{Name: key, Value: api.JSON(v)})
}

func (d *requestDecoder) finish() {
	d.r.Reasoning = d.thinking.reasoning(d.effort)
	if d.effort != "" && d.thinking.kind == "" {
		// An effort without thinking turns none on. The vocabulary cannot say
		// so; a provider of this dialect gets it said.
		d.extra("thinking", jsonx.Value("null"))
	}
}

func (d *requestDecoder) system(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	var err *api.Error
	d.r.System, err = decodeContent(d.r.System, v, "system")
	return err
}

func (d *requestDecoder) outputConfig(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType("output_config", "an object")
	}
	if err := take.String(v.Get("effort"), "output_config.effort", &d.effort); err != nil {
		return err
	}
	if err := decodeFormat(&d.r.Format, v.Get("format"), "output_config.format"); err != nil {
		return err
	}
	d.rest("output_config", v, "effort", "format")
	return nil
}

func (d *requestDecoder) metadata(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return take.WrongType("metadata", "an object")
	}
	if err := take.String(v.Get("user_id"), "metadata.user_id", &d.r.User); err != nil {
		return err
	}
	d.rest("metadata", v, "user_id")
	return nil
}

// rest keeps what an object has besides the members that were read: an Extra of
// the object's name holds the others, and the writer puts them together again.
func (d *requestDecoder) rest(key string, v jsonx.Value, read ...string) {
	out := []byte{'{'}
next:
	for k, member := range v.Members() {
		for _, r := range read {
			if k == r {
				continue next
			}
		}
		out = appendKey(out, k)
		out = append(out, member...)
	}
	if len(out) > 1 {
		d.extra(key, append(out, '}'))
	}
}

func decodeFormat(f *api.Format, v jsonx.Value, param string) *api.Error {
	if v == nil || v.IsNull() {
		return nil
	}
	if take.Text(v, "type") != "json_schema" {
		return take.Invalid("invalid_value", param+".type", `The value must be "json_schema".`)
	}
	f.Kind, f.Schema = api.FormatSchema, api.JSON(v.Get("schema"))
	return nil
}

func (d *requestDecoder) messages(v jsonx.Value) *api.Error {
	i := 0
	for e := range v.Elements() {
		if err := d.message(e); err != nil {
			return within(err, "messages", i)
		}
		i++
	}
	return nil
}

func (d *requestDecoder) message(v jsonx.Value) *api.Error {
	if v.Kind() != jsonx.Object {
		return take.WrongType("", "an object with role and content")
	}
	m := api.Message{}
	switch role := take.Text(v, "role"); role {
	case "user":
	case "assistant":
		m.Role = api.RoleAssistant
	case "system":
		m.Role = api.RoleSystem
	default:
		return take.Invalid("invalid_value", "role", `The value must be "user" or "assistant".`)
	}
	parts, err := decodeContent(nil, v.Get("content"), "content")
	if err != nil {
		return err
	}
	dialect.HandOver(parts)
	for k, member := range v.Members() {
		if k != "role" && k != "content" {
			m.Extra = append(m.Extra, api.Field{Name: k, Value: api.JSON(member)})
		}
	}
	d.say(m, parts)
	return nil
}

// say appends a message. Tool results stand among a user's other blocks on the
// wire and are a message of their own in the vocabulary, before the rest: other
// dialects want them right behind their calls.
func (d *requestDecoder) say(m api.Message, parts []api.Part) {
	var results, rest []api.Part
	for i := range parts {
		if parts[i].Kind == api.PartToolResult {
			results = append(results, parts[i])
		} else {
			rest = append(rest, parts[i])
		}
	}
	if len(results) > 0 {
		d.r.Messages = append(d.r.Messages, api.Message{Role: api.RoleTool, Parts: results, Extra: m.Extra})
		if m.Extra = nil; len(rest) == 0 {
			return
		}
	}
	m.Parts = rest
	d.r.Messages = append(d.r.Messages, m)
}

// tierFromWire gives a service tier the name that OpenAI's dialect has for it.
func tierFromWire(tier string) string {
	if tier == "standard_only" {
		return "default"
	}
	return tier
}
