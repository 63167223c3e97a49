package anthropic

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeMedia reads an image or document block into p. The block becomes opaque
// if its source is of a kind that the vocabulary has no word for.
func decodeMedia(p api.Part, kind string, v jsonx.Value) api.Part {
	source := v.Get("source")
	m := &api.Media{MIME: take.Text(source, "media_type")}
	switch take.Text(source, "type") {
	case "base64":
		m.Data = take.Text(source, "data")
	case "url":
		m.URL = take.Text(source, "url")
		if mime, data, ok := splitDataURL(m.URL); ok {
			m.MIME, m.Data, m.URL = mime, data, ""
		}
	case "file":
		m.FileID = take.Text(source, "file_id")
	case "text":
		m.Text = take.Text(source, "data")
	case "content":
		words, ok := sourceText(source.Get("content"))
		if !ok {
			return opaque(v)
		}
		m.Text, p.Raw, p.RawOf = words, api.JSON(v), name
	default:
		return opaque(v)
	}
	p.Kind, p.Media = api.PartImage, m
	if kind == "document" {
		p.Kind = api.PartFile
		m.Name, m.Context = take.Text(v, "title"), take.Text(v, "context")
		if on, ok := v.Get("citations", "enabled").Bool(); ok {
			m.Citable = api.Some(on)
		}
	}
	keepOthers(&p, v, mediaMembers)
	return p
}

// sourceText returns the text of a document's content; false if it is not all text.
func sourceText(v jsonx.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	if v.Kind() != jsonx.Array {
		return "", false
	}
	var all []string
	for e := range v.Elements() {
		s, ok := e.Get("text").Str()
		if !ok {
			return "", false
		}
		all = append(all, s)
	}
	return strings.Join(all, "\n"), true
}

// splitDataURL takes a data: URL of base64 apart.
func splitDataURL(url string) (mime, data string, ok bool) {
	rest, found := strings.CutPrefix(url, "data:")
	if !found {
		return "", "", false
	}
	head, data, found := strings.Cut(rest, ",")
	mime, ok = strings.CutSuffix(head, ";base64")
	return mime, data, found && ok
}

// appendMedia writes an image or document block, left open for a cache_control.
func appendMedia(dst []byte, p *api.Part) ([]byte, *api.Error) {
	m := p.Media
	if m == nil {
		return dst, take.Invalid("invalid_media", "source", "An image or a file has no content.")
	}
	mime := m.MIME
	if m.Data != "" {
		mime = mimeOf(m)
	}
	if p.Kind == api.PartImage || strings.HasPrefix(mime, "image/") {
		dst = append(dst, `{"type":"image","source":`...)
		dst, err := appendSource(dst, m, mime)
		return appendOthers(dst, p.Raw, p.RawOf, mediaMembers), err
	}
	dst = append(dst, `{"type":"document","source":`...)
	var err *api.Error
	if blocks := sourceBlocks(p); blocks != nil {
		dst = append(dst, blocks...)
	} else if dst, err = appendDocumentSource(dst, m, mime); err != nil {
		return dst, err
	}
	if m.Name != "" {
		dst = append(dst, `,"title":`...)
		dst = jsonx.AppendString(dst, m.Name)
	}
	if m.Context != "" {
		dst = append(dst, `,"context":`...)
		dst = jsonx.AppendString(dst, m.Context)
	}
	if m.Citable.Set {
		dst = append(dst, `,"citations":{"enabled":`...)
		dst = appendBool(dst, m.Citable.V)
		dst = append(dst, '}')
	}
	return appendOthers(dst, p.Raw, p.RawOf, mediaMembers), nil
}

// sourceBlocks returns the source of a document that came as blocks, which
// citations number, unless its text has been changed since.
func sourceBlocks(p *api.Part) jsonx.Value {
	if p.RawOf != name {
		return nil
	}
	source := jsonx.Value(p.Raw).Get("source")
	if words, ok := sourceText(source.Get("content")); !ok || words != p.Media.Text {
		return nil
	}
	return source
}

// appendDocumentSource writes what only documents may have, plain text, and the rest as appendSource.
func appendDocumentSource(dst []byte, m *api.Media, mime string) ([]byte, *api.Error) {
	words := m.Text
	if m.Data != "" && strings.HasPrefix(mime, "text/") {
		plain, err := base64.StdEncoding.DecodeString(m.Data)
		if err != nil {
			return dst, take.Invalid("invalid_media", "source", "The data of a file is not base64.")
		}
		words = string(plain)
	} else if m.Data != "" && mime != "application/pdf" {
		return dst, api.Errorf(api.KindUnsupported, "unsupported_media",
			"The Anthropic Messages API takes PDF and plain text as documents, not %s.", printable(mime))
	}
	if words == "" {
		return appendSource(dst, m, mime)
	}
	dst = append(dst, `{"type":"text","media_type":"text/plain","data":`...)
	dst = jsonx.AppendString(dst, words)
	return append(dst, '}'), nil
}

func appendSource(dst []byte, m *api.Media, mime string) ([]byte, *api.Error) {
	switch {
	case m.Data != "" && mime == "":
		return dst, take.Invalid("invalid_media", "source", "The type of an image or a file is not known. Give its MIME type.")
	case m.Data != "":
		dst = append(dst, `{"type":"base64","media_type":`...)
		dst = jsonx.AppendString(dst, mime)
		dst = append(dst, `,"data":`...)
		dst = jsonx.AppendString(dst, m.Data)
	case m.FileID != "":
		dst = append(dst, `{"type":"file","file_id":`...)
		dst = jsonx.AppendString(dst, m.FileID)
	case strings.HasPrefix(m.URL, "https://"), strings.HasPrefix(m.URL, "http://"):
		dst = append(dst, `{"type":"url","url":`...)
		dst = jsonx.AppendString(dst, m.URL)
	default:
		return dst, api.Errorf(api.KindUnsupported, "unsupported_media",
			"The Anthropic Messages API takes an image or a file as base64 data, as an http or https URL or as a file id.")
	}
	return append(dst, '}'), nil
}

// mimeOf returns the type of m.Data: what its first bytes say, since callers
// often declare another and the provider refuses that, or else what was declared.
func mimeOf(m *api.Media) string {
	const head = 16 // characters; 12 bytes, the longest signature
	var raw [12]byte
	n, _ := base64.StdEncoding.Decode(raw[:], []byte(m.Data[:min(head, len(m.Data))&^3])) // what is no base64 matches nothing
	switch b := raw[:n]; {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("GIF8")):
		return "image/gif"
	case len(b) == len(raw) && string(b[:4]) == "RIFF" && string(b[8:]) == "WEBP":
		return "image/webp"
	case bytes.HasPrefix(b, []byte("%PDF-")):
		return "application/pdf"
	}
	if m.MIME == "image/*" {
		return ""
	}
	return m.MIME
}

// printable returns s, or a word for it if it is empty or long.
func printable(s string) string {
	if s == "" || len(s) > 100 {
		return "an unknown type"
	}
	return s
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}
