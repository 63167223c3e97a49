package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// DecodeRequest implements dialect.Codec.
func (codec) DecodeRequest(h *dialect.Head, body []byte, into *api.Request) *api.Error {
	into.Op, into.Model, into.Stream, into.StreamUsage = h.Op, h.Model, h.Stream, h.StreamUsage
	into.ExtraOf = name
	v := jsonx.Value(body)
	switch h.Op {
	case api.OpChat:
		return decodeConversation(v, into)
	case api.OpCountTokens:
		converse := v.Get("input", "converse")
		if converse.Kind() != jsonx.Object {
			return api.Errorf(api.KindUnsupported, "unsupported_field",
				"input: Only a conversation, as input.converse, can be counted by another provider.")
		}
		return decodeConversation(converse, into)
	}
	return unsupportedOp(h.Op)
}

// decodeConversation reads the body of a ConverseRequest.
func decodeConversation(v jsonx.Value, r *api.Request) *api.Error {
	if !take.Present(v.Get("messages")) {
		return take.Invalid("missing_messages", "messages", "Give the conversation as an array of messages.")
	}
	for key, m := range v.Members() {
		if err := decodeMember(key, m, r); err != nil {
			return err
		}
	}
	return nil
}

func decodeMember(key string, m jsonx.Value, r *api.Request) *api.Error {
	switch key {
	case "fallbacks":
	case "messages":
		return decodeMessages(m, r)
	case "system":
		return decodeSystem(m, r)
	case "inferenceConfig":
		return decodeInference(m, r)
	case "toolConfig":
		return decodeToolConfig(m, r)
	case "outputConfig":
		return decodeOutput(m, r)
	case "additionalModelRequestFields":
		return decodeModelFields(m, r)
	case "serviceTier":
		if err := take.WantObject(m, key, "an object"); err != nil {
			return err
		}
		r.ServiceTier = take.Text(m, "type")
	default:
		r.Extra = extra(r.Extra, atTop, key, m)
	}
	return nil
}

func decodeSystem(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantArray(v, "system", "an array of blocks"); err != nil {
		return err
	}
	i := 0
	for block := range v.Elements() {
		if mark(r.System, block) {
			continue
		}
		p, err := decodeBlock(block, take.At("system", i))
		if err != nil {
			return err
		}
		r.System = append(r.System, p)
		i++
	}
	return nil
}

// decodeMessages reads the turns. A user's may hold the results of tools beside
// text: those become a message of the tool role, before the rest, as other dialects
// want them right behind their calls.
func decodeMessages(v jsonx.Value, r *api.Request) *api.Error {
	i := 0
	for m := range v.Elements() {
		param := take.At("messages", i)
		i++
		if m.Kind() != jsonx.Object {
			return take.WrongType(param, "an object with role and content")
		}
		role, err := decodeRole(take.Text(m, "role"), param+".role")
		if err != nil {
			return err
		}
		parts, err := decodeContent(m.Get("content"), param+".content")
		if err != nil {
			return err
		}
		var results, rest []api.Part
		for _, p := range parts {
			if p.Kind == api.PartToolResult {
				results = append(results, p)
			} else {
				rest = append(rest, p)
			}
		}
		if len(results) > 0 {
			r.Messages = append(r.Messages, api.Message{Role: api.RoleTool, Parts: results})
		}
		if len(rest) > 0 {
			dialect.HandOver(rest)
			r.Messages = append(r.Messages, api.Message{Role: role, Parts: rest})
		}
	}
	return nil
}

func decodeRole(role, param string) (api.Role, *api.Error) {
	switch role {
	case roleUser:
		return api.RoleUser, nil
	case roleAssistant:
		return api.RoleAssistant, nil
	case roleSystem:
		return api.RoleSystem, nil
	}
	return 0, take.Invalid("invalid_value", param, "The role must be user, assistant or system.")
}

const (
	roleUser      = "user"
	roleAssistant = "assistant"
	roleSystem    = "system"
)

func decodeInference(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantObject(v, "inferenceConfig", "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		var err *api.Error
		switch s, param := &r.Sampling, inInference+key; key {
		case "maxTokens":
			err = take.Int(m, param, &s.MaxTokens)
		case "temperature":
			err = take.Float(m, param, &s.Temperature)
		case "topP":
			err = take.Float(m, param, &s.TopP)
		case "stopSequences":
			err = take.Strings(m, param, &s.Stop)
		default:
			r.Extra = extra(r.Extra, inInference, key, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decodeOutput reads outputConfig. A schema stands in it as a string.
func decodeOutput(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantObject(v, "outputConfig", "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		switch key {
		case "effort":
			if err := take.String(m, inOutput+key, &r.Reasoning.Effort); err != nil {
				return err
			}
		case "textFormat":
			schema := m.Get("structure", "jsonSchema")
			s, ok := schema.Get("schema").Str()
			if !ok || jsonx.Valid([]byte(s)) != nil {
				return take.Invalid("invalid_value", "outputConfig.textFormat.structure.jsonSchema.schema", "The value must be a JSON Schema, as a string.")
			}
			r.Format = api.Format{Kind: api.FormatSchema, Schema: api.JSON(s), Name: take.Text(schema, "name"), Description: take.Text(schema, "description")}
		default:
			r.Extra = extra(r.Extra, inOutput, key, m)
		}
	}
	return nil
}
