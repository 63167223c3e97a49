package media

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"path"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Part is a file of a caller's form.
type Part struct {
	Name string // of the field
	MIME string // as the form or the file's name says; "" where neither does
	Data []byte
}

// ReadForm takes a whole form apart: its files, and its other fields, of several of one
// name the first.
func ReadForm(contentType string, body []byte) (files []Part, fields map[string]string, fault *api.Error) {
	broken := api.Invalid("invalid_form", "", "The request body is not valid multipart/form-data.")
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" || !bytes.Contains(body, []byte("--"+params["boundary"]+"--")) {
		return nil, nil, broken
	}
	fields = map[string]string{}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return files, fields, nil
		}
		if err != nil {
			return nil, nil, broken
		}
		data, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, broken
		}
		name := p.FormName()
		if p.FileName() == "" {
			if _, known := fields[name]; !known {
				fields[name] = string(data)
			}
			continue
		}
		files = append(files, Part{name, kindOf(p.Header.Get("Content-Type"), p.FileName()), data})
	}
}

// kinds are the types of files by the ends of their names, in Google's words where it has
// its own: https://ai.google.dev/gemini-api/docs/audio#supported-formats
var kinds = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".heic": "image/heic",
	".wav": "audio/wav", ".mp3": "audio/mp3", ".mpga": "audio/mp3", ".mpeg": "audio/mp3", ".aiff": "audio/aiff", ".aac": "audio/aac",
	".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".flac": "audio/flac", ".m4a": "audio/m4a", ".mp4": "audio/mp4", ".webm": "audio/webm",
}

// kindOf is the type of a file: as it is said, unless that says nothing.
func kindOf(said, name string) string {
	said, _, _ = strings.Cut(said, ";")
	if said = strings.ToLower(strings.TrimSpace(said)); said != "" && said != "application/octet-stream" {
		return said
	}
	return kinds[strings.ToLower(path.Ext(name))]
}

// hold reads the caller's form to its end, and returns its files.
func (r *Request) hold() ([]Part, *api.Error) {
	if r.Form == nil {
		return nil, missing("file")
	}
	files, fields, err := r.Form()
	if err == nil {
		r.Fields = fields // with those that are longer than what was seen so far
	}
	return files, err
}

// appendInline writes a file as Google takes it in a conversation.
func appendInline(b []byte, kind string, data []byte) []byte {
	b = jsonx.AppendString(append(b, `{"inlineData":{"mimeType":`...), kind)
	b = base64.StdEncoding.AppendEncode(append(b, `,"data":"`...), data)
	return append(b, `"}}`...)
}
