package responses

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

// imageOf reads an input_image, whose image_url is a string. Callers who come from
// chat completions send the object that it is there.
func imageOf(v jsonx.Value) *api.Media {
	ref, ok := v.Get("image_url").Str()
	if !ok {
		ref = take.Text(v, "image_url", "url")
	}
	m := &api.Media{URL: ref, FileID: take.Text(v, "file_id"), Detail: take.Text(v, "detail")}
	if mime, data, ok := splitDataURL(ref); ok {
		m.MIME, m.Data, m.URL = mime, data, ""
	}
	return m
}

// fileOf reads an input_file. file_data is a data: URL; some callers send bare base64.
func fileOf(v jsonx.Value) *api.Media {
	m := &api.Media{
		FileID: take.Text(v, "file_id"), URL: take.Text(v, "file_url"), Data: take.Text(v, "file_data"), Name: take.Text(v, "filename"),
	}
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

func appendMedia(dst []byte, p *api.Part) ([]byte, *api.Error) {
	m := p.Media
	switch {
	case m == nil:
		return dst, api.Invalid("invalid_media", "input", "An image, a sound or a file has no content.")
	case p.Kind == api.PartImage:
		return appendImage(dst, m)
	case p.Kind == api.PartAudio:
		return appendAudio(dst, m)
	}
	return appendFile(dst, m)
}

func appendImage(dst []byte, m *api.Media) ([]byte, *api.Error) {
	if m.Data == "" && m.URL == "" && m.FileID == "" {
		return dst, unsupportedMedia("an image as base64 data, by URL or by the id of an uploaded file")
	}
	dst = append(dst, `{"type":"input_image"`...)
	if m.Data == "" {
		dst = put.Some(dst, "image_url", m.URL)
		dst = put.Some(dst, "file_id", m.FileID)
	} else {
		mime := m.MIME
		if mime == "" || mime == "image/*" {
			mime = dialect.MIMEOf(m.Data)
		}
		if mime == "" {
			return dst, api.Invalid("invalid_media", "input", "The type of an image is not known. Give its MIME type.")
		}
		dst = appendDataURL(dst, "image_url", mime, m.Data)
	}
	return append(put.Some(dst, "detail", m.Detail), '}'), nil
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
	return append(put.Text(dst, "format", format), "}}"...), nil
}

func appendFile(dst []byte, m *api.Media) ([]byte, *api.Error) {
	if m.Text != "" { // a plain-text document: every provider reads it as text
		words := m.Text
		if m.Name != "" {
			words = m.Name + "\n\n" + words
		}
		return append(put.Text(append(dst, `{"type":"input_text"`...), "text", words), '}'), nil
	}
	dst = append(dst, `{"type":"input_file"`...)
	switch {
	case m.FileID != "":
		dst = put.Text(dst, "file_id", m.FileID)
	case m.Data != "":
		mime := m.MIME
		if mime == "" {
			mime = dialect.MIMEOf(m.Data)
		}
		filename := m.Name
		if filename == "" {
			filename = "file" // required beside data
		}
		dst = appendDataURL(put.Text(dst, "filename", filename), "file_data", mime, m.Data)
	case m.URL != "":
		dst = put.Text(put.Some(dst, "filename", m.Name), "file_url", m.URL)
	default:
		return dst, unsupportedMedia("a file as base64 data, by URL or by the id of an uploaded file")
	}
	return append(dst, '}'), nil
}

// appendDataURL writes data as a data: URL, or bare where its type is not known.
func appendDataURL(dst []byte, key, mime, data string) []byte {
	dst = append(put.Key(dst, key), '"')
	if mime != "" {
		dst = append(jsonx.AppendStringBody(append(dst, "data:"...), mime), ";base64,"...)
	}
	return append(jsonx.AppendStringBody(dst, data), '"')
}

func unsupportedMedia(want string) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_media", "The Responses API takes %s.", want)
}

// audioMIME and audioFormat translate between OpenAI's name of a sound's format
// and its MIME type.
func audioMIME(format string) string {
	switch format {
	case "":
		return ""
	case "mp3":
		return "audio/mpeg"
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
	}
	return strings.TrimPrefix(mime, "audio/")
}
