package cohere

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeContent reads a message's content: null, a string, or an array of blocks.
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
	case jsonx.Object: // one block, as the API's own examples have it
		return []api.Part{decodeBlock(v)}, nil
	case jsonx.Array:
		parts := make([]api.Part, 0, v.Len())
		for e := range v.Elements() {
			if e.Kind() != jsonx.Object {
				return nil, take.WrongType(param, "a string or an array of content blocks")
			}
			parts = append(parts, decodeBlock(e))
		}
		return parts, nil
	}
	return nil, take.WrongType(param, "a string or an array of content blocks")
}

// decodeBlock reads a block; one that the vocabulary has no word for is opaque.
func decodeBlock(v jsonx.Value) api.Part {
	p := api.Part{}
	switch take.Text(v, "type") {
	case "text":
		p.Text = take.Text(v, "text")
	case "thinking":
		p.Kind, p.Text = api.PartReasoning, take.Text(v, "thinking")
	case "image_url":
		p.Kind, p.Media = api.PartImage, imageOf(v.Get("image_url"))
		return p
	case "document": // of a tool's result
		p.Text = dataText(v.Get("document", "data"))
	default:
		return api.Part{Kind: api.PartOpaque, Raw: api.JSON(v), RawOf: name}
	}
	readSignature(&p, v)
	return p
}

func imageOf(v jsonx.Value) *api.Media {
	m := &api.Media{URL: take.Text(v, "url"), Detail: take.Text(v, "detail")}
	if rest, ok := strings.CutPrefix(m.URL, "data:"); ok {
		head, data, _ := strings.Cut(rest, ",")
		if mime, ok := strings.CutSuffix(head, ";base64"); ok {
			m.MIME, m.Data, m.URL = mime, data, ""
		}
	}
	return m
}

// appendContent writes the value of content: a string for one text, an array of
// blocks for anything else.
func appendContent(dst []byte, parts []api.Part) ([]byte, *api.Error) {
	if len(parts) == 0 {
		return append(dst, `""`...), nil
	}
	if len(parts) == 1 && parts[0].Kind == api.PartText {
		return jsonx.AppendString(dst, parts[0].Text), nil
	}
	dst = append(dst, '[')
	for i := range parts {
		out, err := appendBlock(put.Comma(dst), &parts[i])
		if err != nil {
			return dst, err
		}
		dst = out
	}
	return append(dst, ']'), nil
}

func appendBlock(dst []byte, p *api.Part) ([]byte, *api.Error) {
	switch p.Kind {
	case api.PartText, api.PartRefusal:
		return append(put.Text(append(dst, `{"type":"text"`...), "text", p.Text), '}'), nil
	case api.PartImage:
		return appendImage(dst, p.Media)
	case api.PartAudio, api.PartVideo, api.PartFile:
		return dst, api.Errorf(api.KindUnsupported, "unsupported_media", "Cohere's API takes text, documents that are plain text, and images.")
	case api.PartOpaque:
		if p.RawOf == name {
			return append(dst, p.Raw...), nil
		}
		return dst, api.Errorf(api.KindUnsupported, "unsupported_content",
			"The request has a content block that only the dialect %s knows.", p.RawOf)
	}
	return dst, api.Errorf(api.KindUnsupported, "unsupported_content",
		"The request has a content block where Cohere's API has no place for it.")
}

func appendImage(dst []byte, m *api.Media) ([]byte, *api.Error) {
	if m == nil || m.Data == "" && m.URL == "" {
		return dst, api.Errorf(api.KindUnsupported, "unsupported_media", "Cohere's API takes an image as base64 data or by URL.")
	}
	dst = append(dst, `{"type":"image_url","image_url":{`...)
	if m.Data == "" {
		dst = put.Text(dst, "url", m.URL)
	} else {
		mime := m.MIME
		if mime == "" || strings.HasSuffix(mime, "/*") {
			mime = mimeOf(m.Data)
		}
		if mime == "" {
			return dst, api.Invalid("invalid_media", "messages", "The type of an image is not known. Give its MIME type.")
		}
		dst = append(put.Key(dst, "url"), `"data:`...)
		dst = jsonx.AppendStringBody(dst, mime)
		dst = append(dst, ";base64,"...)
		dst = append(jsonx.AppendStringBody(dst, m.Data), '"')
	}
	return append(put.Some(dst, "detail", m.Detail), "}}"...), nil
}

// mimeOf tells an image's type by how its signature begins in base64; empty when not known.
func mimeOf(data string) string {
	if mime := dialect.MIMEOf(data); strings.HasPrefix(mime, "image/") {
		return mime
	}
	return ""
}

// appendSaidBlock writes a block of what a model said; nothing for what is none,
// or only another dialect's.
func appendSaidBlock(dst []byte, p *api.Part, sealed bool) []byte {
	switch p.Kind {
	case api.PartText, api.PartRefusal, api.PartAudio:
		if p.Text == "" && !(sealed && p.Signature != "") {
			return dst
		}
		dst = put.Text(append(dst, `{"type":"text"`...), "text", p.Text)
	case api.PartReasoning, api.PartRedacted:
		if !sealed && (p.Kind == api.PartRedacted || p.SignatureOf != "" && p.SignatureOf != name) {
			return dst // another provider's, who alone could read it
		}
		dst = put.Text(append(dst, `{"type":"thinking"`...), "thinking", p.Text)
	case api.PartOpaque:
		if p.RawOf == name {
			return append(dst, p.Raw...)
		}
		return dst
	default:
		return dst
	}
	return append(appendSignature(dst, p, sealed), '}')
}
