package genai

import (
	"strings"

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
	v := jsonx.Value(body)
	switch h.Op {
	case api.OpChat:
		return decodeConversation(v, into)
	case api.OpCountTokens:
		if wrapped := either(v, "generateContentRequest", "generate_content_request"); take.Present(wrapped) {
			v = wrapped
		}
		return decodeConversation(v, into)
	case api.OpEmbedding:
		return decodeEmbedding(h, v, into)
	case api.OpRerank:
		return decodeRank(v, into)
	}
	return nil
}

// decodeConversation reads a GenerateContentRequest:
// https://ai.google.dev/api/generate-content#request-body
func decodeConversation(v jsonx.Value, r *api.Request) *api.Error {
	for key, m := range v.Members() {
		if err := decodeMember(key, m, r); err != nil {
			return err
		}
	}
	return nil
}

func decodeMember(key string, m jsonx.Value, r *api.Request) *api.Error {
	switch key {
	case "model", "fallbacks":
	case "contents":
		return decodeContents(m, r)
	case "systemInstruction", "system_instruction":
		return decodeSystem(m, r)
	case "tools":
		return decodeTools(m, r)
	case "toolConfig", "tool_config":
		return decodeToolConfig(m, r)
	case "generationConfig", "generation_config":
		return decodeGeneration(m, r)
	case "serviceTier", "service_tier":
		if err := take.String(m, "serviceTier", &r.ServiceTier); err != nil {
			return err
		}
		r.ServiceTier = canonicalTier(r.ServiceTier)
	default:
		r.Extra = extra(r.Extra, atTop, key, m)
	}
	return nil
}

// Google's standard tier is what this vocabulary, with OpenAI, calls default.
const (
	googleTier  = "standard"
	defaultTier = "default"
)

func canonicalTier(tier string) string {
	switch tier = strings.ToLower(tier); tier {
	case googleTier:
		return defaultTier
	case "unspecified":
		return ""
	}
	return tier
}

// tierOf is the way back; empty for a tier that Google does not have.
func tierOf(canonical string) string {
	switch canonical {
	case defaultTier:
		return googleTier
	case "flex", "priority":
		return canonical
	}
	return ""
}

// decodeSystem reads systemInstruction: a content whose role says nothing.
func decodeSystem(v jsonx.Value, r *api.Request) *api.Error {
	const param = "systemInstruction"
	if err := take.WantObject(v, param, "an object"); err != nil {
		return err
	}
	ids := callIDs{}
	for p := range parts(v) {
		part, err := decodePart(p, param+".parts", &ids)
		if err != nil {
			return err
		}
		r.System = append(r.System, part)
	}
	return nil
}

// decodeContents reads the turns of the conversation. A user's content may hold
// the answers of tools beside text: those become a message of the tool role,
// before the rest, as other dialects want them right behind their calls.
func decodeContents(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantArray(v, "contents", "an array of contents"); err != nil {
		return err
	}
	ids := callIDs{base: "h"}
	i := 0
	for content := range v.Elements() {
		if err := decodeContent(content, take.At("contents", i), r, &ids); err != nil {
			return err
		}
		i++
	}
	return nil
}

func decodeContent(v jsonx.Value, param string, r *api.Request, ids *callIDs) *api.Error {
	if v.Kind() != jsonx.Object {
		return take.WrongType(param, "an object with role and parts")
	}
	role, err := decodeRole(v.Get("role"), param+".role")
	if err != nil {
		return err
	}
	if p := v.Get("parts"); take.Present(p) && p.Kind() != jsonx.Array && p.Kind() != jsonx.Object {
		return take.WrongType(param+".parts", "an array of parts")
	}
	var results, rest []api.Part
	n := 0
	for p := range parts(v) {
		part, err := decodePart(p, take.At(param+".parts", n), ids)
		if err != nil {
			return err
		}
		n++
		if part.Kind == api.PartToolResult {
			results = append(results, part)
		} else {
			rest = say(rest, part)
		}
	}
	last := len(r.Messages) - 1
	if last >= 0 && role == api.RoleAssistant && r.Messages[last].Role == role && len(results) == 0 {
		// Some clients keep each piece of a stream as a content of its own.
		for _, part := range rest {
			r.Messages[last].Parts = say(r.Messages[last].Parts, part)
		}
		return nil
	}
	switch {
	case len(results) == 0:
	case last >= 0 && r.Messages[last].Role == api.RoleTool:
		r.Messages[last].Parts = append(r.Messages[last].Parts, results...)
	default:
		r.Messages = append(r.Messages, api.Message{Role: api.RoleTool, Parts: results})
	}
	if len(rest) > 0 {
		r.Messages = append(r.Messages, api.Message{Role: role, Parts: rest})
	}
	return nil
}

// decodeRole reads a content's role. The old role function is the user's, whose
// answers of tools are told by their parts; without a role it is the user too.
func decodeRole(v jsonx.Value, param string) (api.Role, *api.Error) {
	var role string
	if err := take.String(v, param, &role); err != nil {
		return 0, err
	}
	switch role {
	case "user", "function", "":
		return api.RoleUser, nil
	case "model":
		return api.RoleAssistant, nil
	}
	return 0, take.Invalid("invalid_value", param, "The role must be user or model.")
}
