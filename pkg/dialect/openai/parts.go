package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeContent reads a message's content: null, a string, or an array of parts.
// An empty string is no part.
func decodeContent(v jsonx.Value, param string) ([]api.Part, *api.Error) {
	switch v.Kind() {
	case jsonx.Absent, jsonx.Null:
		return nil, nil
	case jsonx.String:
		if s, _ := v.Str(); s != "" {
			return []api.Part{{Text: s}}, nil
		}
		return nil, nil
	case jsonx.Array:
		parts := make([]api.Part, 0, v.Len())
		for e := range v.Elements() {
			if s, ok := e.Str(); ok {
				parts = append(parts, api.Part{Text: s})
				continue
			}
			if e.Kind() != jsonx.Object {
				return nil, take.WrongType(param, "a string or an array of content parts")
			}
			parts = append(parts, decodePart(e))
		}
		return parts, nil
	}
	return nil, take.WrongType(param, "a string or an array of content parts")
}

// decodePart reads a content part; one that the vocabulary has no word for is opaque.
func decodePart(v jsonx.Value) api.Part {
	p := api.Part{Cache: cacheOf(v.Get("cache_control"))}
	switch take.Text(v, "type") {
	case "text", "output_text", "input_text":
		p.Text = take.Text(v, "text")
	case "refusal":
		p.Kind, p.Text = api.PartRefusal, take.Text(v, "refusal")
	case "thinking": // Mistral
		p.Kind, p.Text = api.PartReasoning, joined(v.Get("thinking"))
	case "reasoning": // Databricks
		p.Kind, p.Text = api.PartReasoning, joined(v.Get("summary"))
	case "image_url":
		p.Kind, p.Media = api.PartImage, mediaOf(v.Get("image_url"))
	case "video_url":
		p.Kind, p.Media = api.PartVideo, mediaOf(v.Get("video_url"))
	case "input_audio":
		format := take.Text(v, "input_audio", "format")
		p.Kind = api.PartAudio
		p.Media = &api.Media{Data: take.Text(v, "input_audio", "data"), Format: format, MIME: audioMIME(format)}
	case "file":
		p.Kind, p.Media = api.PartFile, fileOf(v.Get("file"))
	default:
		p.Kind, p.Raw, p.RawOf = api.PartOpaque, api.JSON(v), name
	}
	return p
}

// joined returns a string, or the texts of an array of parts put together.
func joined(v jsonx.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	all := ""
	for e := range v.Elements() {
		all += take.Text(e, "text")
	}
	return all
}

// appendContent writes the value of content: a string for one plain text, an
// array of parts for anything else.
func (w *requestWriter) appendContent(dst []byte, parts []api.Part) ([]byte, *api.Error) {
	if len(parts) == 0 {
		return append(dst, `""`...), nil
	}
	if p := &parts[0]; len(parts) == 1 && p.Kind == api.PartText && (p.Cache == nil || !w.extensions()) {
		return jsonx.AppendString(dst, p.Text), nil
	}
	dst = append(dst, '[')
	for i := range parts {
		out, err := w.appendPart(put.Comma(dst), &parts[i])
		if err != nil {
			return dst, err
		}
		dst = out
	}
	return append(dst, ']'), nil
}

func (w *requestWriter) appendPart(dst []byte, p *api.Part) ([]byte, *api.Error) {
	var err *api.Error
	switch p.Kind {
	case api.PartText:
		dst = append(dst, `{"type":"text"`...)
		dst = put.Text(dst, "text", p.Text)
	case api.PartRefusal:
		dst = append(dst, `{"type":"refusal"`...)
		dst = put.Text(dst, "refusal", p.Text)
	case api.PartImage, api.PartAudio, api.PartVideo, api.PartFile:
		dst, err = appendMedia(dst, p)
	case api.PartOpaque:
		if p.RawOf == name {
			return append(dst, p.Raw...), nil
		}
		return dst, api.Errorf(api.KindUnsupported, "unsupported_content",
			"The request has a content block that only the dialect %s knows.", p.RawOf)
	default:
		return dst, api.Errorf(api.KindUnsupported, "unsupported_content",
			"The request has a content block where OpenAI's API has no place for it.")
	}
	if err != nil {
		return dst, err
	}
	return append(w.appendCache(dst, p.Cache), '}'), nil
}

// appendCache writes a cache_control. OpenAI caches by itself and refuses the
// field, so only a caller who used this dialect's extension has it sent.
func (w *requestWriter) appendCache(dst []byte, c *api.Cache) []byte {
	if c == nil || !w.extensions() {
		return dst
	}
	dst = append(put.Key(dst, "cache_control"), `{"type":"ephemeral"`...)
	return append(put.Some(dst, "ttl", c.TTL), '}')
}
