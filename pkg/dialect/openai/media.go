package openai

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// mediaOf reads an image_url or video_url: an object, or the bare URL that some callers send.
func mediaOf(v jsonx.Value) *api.Media {
	ref, ok := v.Str()
	if !ok {
		ref = take.Text(v, "url")
	}
	m := &api.Media{URL: ref, Detail: take.Text(v, "detail")}
	if mime, data, ok := splitDataURL(ref); ok {
		m.MIME, m.Data, m.URL = mime, data, ""
	}
	return m
}

// fileOf reads a file. file_data is a data: URL; some callers send bare base64.
func fileOf(v jsonx.Value) *api.Media {
	m := &api.Media{FileID: take.Text(v, "file_id"), Data: take.Text(v, "file_data"), Name: take.Text(v, "filename")}
	if mime, data, ok := splitDataURL(m.Data); ok {
		m.MIME, m.Data = mime, data
	}
	return m
}

// splitDataURL takes a data: URL apart (RFC 2397). Data that is percent-encoded
// text becomes base64.
func splitDataURL(ref string) (mime, data string, ok bool) {
	if len(ref) < len("data:") || !strings.EqualFold(ref[:len("data:")], "data:") {
		return "", "", false
	}
	head, data, found := strings.Cut(ref[len("data:"):], ",")
	if mime, ok = strings.CutSuffix(head, ";base64"); ok {
		return mime, data, found
	}
	plain, err := url.PathUnescape(data)
	return head, base64.StdEncoding.EncodeToString([]byte(plain)), found && err == nil
}

// appendMedia writes a part of media, left open for a cache_control.
func appendMedia(dst []byte, p *api.Part) ([]byte, *api.Error) {
	m := p.Media
	if m == nil {
		return dst, api.Invalid("invalid_media", "messages", "An image, a sound or a file has no content.")
	}
	switch p.Kind {
	case api.PartImage:
		return appendByURL(dst, "image_url", m)
	case api.PartVideo:
		return appendByURL(dst, "video_url", m)
	case api.PartAudio:
		return appendAudio(dst, m)
	}
	return appendFile(dst, m)
}

func appendByURL(dst []byte, kind string, m *api.Media) ([]byte, *api.Error) {
	if m.Data == "" && m.URL == "" {
		return dst, unsupportedMedia("an image or a video as base64 data or by URL")
	}
	dst = put.Text(append(dst, '{'), "type", kind)
	dst = append(put.Key(dst, kind), '{')
	if m.Data == "" {
		dst = put.Text(dst, "url", m.URL)
	} else {
		mime := m.MIME
		if mime == "" || mime == "image/*" {
			mime = dialect.MIMEOf(m.Data)
		}
		if mime == "" {
			return dst, api.Invalid("invalid_media", "messages", "The type of an image or a video is not known. Give its MIME type.")
		}
		dst = appendDataURL(dst, "url", mime, m.Data)
	}
	dst = put.Some(dst, "detail", m.Detail)
	return append(dst, '}'), nil
}

func appendAudio(dst []byte, m *api.Media) ([]byte, *api.Error) {
	if m.Data == "" {
		return dst, unsupportedMedia("a sound as base64 data")
	}
	format := m.Format
	if format == "" {
		format = audioFormat(m.MIME)
	}
	dst = append(dst, `{"type":"input_audio","input_audio":{`...)
	dst = put.Text(dst, "data", m.Data)
	dst = put.Text(dst, "format", format)
	return append(dst, '}'), nil
}

func appendFile(dst []byte, m *api.Media) ([]byte, *api.Error) {
	if m.Text != "" { // a plain-text document: every provider reads it as text
		words := m.Text
		if m.Name != "" {
			words = m.Name + "\n\n" + words
		}
		return put.Text(append(dst, `{"type":"text"`...), "text", words), nil
	}
	if m.Data == "" && m.FileID == "" {
		return dst, unsupportedMedia("a file as base64 data or by the id of an uploaded file")
	}
	dst = append(dst, `{"type":"file","file":{`...)
	dst = put.Some(dst, "file_id", m.FileID)
	dst = put.Some(dst, "filename", m.Name)
	if m.Data != "" && m.FileID == "" {
		mime := m.MIME
		if mime == "" {
			mime = dialect.MIMEOf(m.Data)
		}
		dst = appendDataURL(dst, "file_data", mime, m.Data)
	}
	return append(dst, '}'), nil
}

// appendDataURL writes data as a data: URL, or bare where its type is not known.
func appendDataURL(dst []byte, key, mime, data string) []byte {
	dst = append(put.Key(dst, key), '"')
	if mime != "" {
		dst = append(dst, "data:"...)
		dst = jsonx.AppendStringBody(dst, mime)
		dst = append(dst, ";base64,"...)
	}
	dst = jsonx.AppendStringBody(dst, data)
	return append(dst, '"')
}

func unsupportedMedia(want string) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_media", "OpenAI's API takes %s.", want)
}

// audioMIME and audioFormat translate between OpenAI's name of a sound's format
// and its MIME type.
func audioMIME(format string) string {
	switch format {
	case "":
		return ""
	case "mp3":
		return "audio/mpeg"
	case "pcm16":
		return "audio/pcm"
	}
	return "audio/" + format
}

func audioFormat(mime string) string {
	mime, _, _ = strings.Cut(mime, ";")
	switch mime {
	case "audio/mpeg":
		return "mp3"
	case "audio/x-wav", "audio/wave", "":
		return "wav"
	case "audio/pcm", "audio/l16", "audio/L16":
		return "pcm16"
	}
	return strings.TrimPrefix(mime, "audio/")
}
