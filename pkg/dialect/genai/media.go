package genai

import (
	"cmp"
	"net/url"
	"path"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// filesHost serves Google's file store (Files API), whose ids are URLs.
const filesHost = "generativelanguage.googleapis.com"

const filesBase = "https://" + filesHost + "/v1beta/"

// kindOfMIME is the kind of part that a media type makes.
func kindOfMIME(mime string) api.PartKind {
	class, _, _ := strings.Cut(mime, "/")
	switch class {
	case "image":
		return api.PartImage
	case "audio":
		return api.PartAudio
	case "video":
		return api.PartVideo
	}
	return api.PartFile
}

// standardBase64 returns s in the standard alphabet with padding; it is Google's
// Python SDK that sends the URL-safe one. ok is false if s is neither.
func standardBase64(s string) (out string, ok bool) {
	body := strings.TrimRight(s, "=")
	urlSafe := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case isAlphanumeric(c), c == '+', c == '/':
		case c == '-', c == '_':
			urlSafe = true
		default:
			return "", false
		}
	}
	if len(body)%4 == 1 || len(s)-len(body) > 2 {
		return "", false
	}
	if !urlSafe && len(s)%4 == 0 {
		return s, true
	}
	b := make([]byte, 0, len(body)+2)
	b = append(b, body...)
	for i, c := range b {
		switch c {
		case '-':
			b[i] = '+'
		case '_':
			b[i] = '/'
		}
	}
	for len(b)%4 != 0 {
		b = append(b, '=')
	}
	return jsonx.Borrow(b), true
}

// decodeInline reads a Blob: {mimeType, data, displayName}.
func decodeInline(v jsonx.Value, param string) (*api.Media, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return nil, err
	}
	data, ok := standardBase64(text(v, "data", "data"))
	if !ok {
		return nil, take.Invalid("invalid_value", param+".data", "The value must be base64.")
	}
	return &api.Media{
		MIME: text(v, "mimeType", "mime_type"),
		Data: data,
		Name: text(v, "displayName", "display_name"),
	}, nil
}

// decodeFile reads a FileData: {mimeType, fileUri, displayName}.
func decodeFile(v jsonx.Value, param string) (*api.Media, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return nil, err
	}
	m := &api.Media{MIME: text(v, "mimeType", "mime_type"), Name: text(v, "displayName", "display_name")}
	uri := text(v, "fileUri", "file_uri")
	if isStoredFile(uri) {
		m.FileID = uri
	} else {
		m.URL = uri
	}
	return m, nil
}

// isStoredFile says whether a URI names a file of Google's file store.
func isStoredFile(uri string) bool {
	return strings.HasPrefix(uri, "https://"+filesHost+"/") || strings.HasPrefix(uri, "files/")
}

// refuseMedia says why Google cannot be given m; nil if it can. anyURL passes any
// URL on: the caller speaks this dialect and knows what Google reads.
func refuseMedia(m *api.Media, anyURL bool) *api.Error {
	switch {
	case m.Data != "" || m.Text != "" || isStoredFile(m.FileID):
	case m.FileID != "":
		return api.Errorf(api.KindUnsupported, "unsupported_file",
			"The file id is of another provider's file store, which Google cannot read. Send the file's content inline.")
	case !anyURL && !readableByGoogle(m.URL):
		return api.Errorf(api.KindUnsupported, "unsupported_media_url",
			"Google fetches media from https and gs URLs only. Send the content inline, as a data: URL or base64.")
	}
	return nil
}

// appendMedia writes the member of a part that holds m, which refuseMedia has let pass.
func appendMedia(o *put.Object, kind api.PartKind, m *api.Media) {
	switch {
	case m.Data != "":
		o.Key("inlineData")
		b := put.Begin(o.Dst)
		b.Text("mimeType", mimeOf(kind, m))
		b.Text("data", m.Data)
		b.Some("displayName", m.Name)
		o.Dst = b.End()
	case m.Text != "":
		o.Text("text", m.Text)
	case m.FileID != "":
		appendFile(o, filesBase, m.FileID, m.MIME)
	case m.MIME == "":
		appendFile(o, "", m.URL, mimeOfURL(kind, m.URL))
	default:
		appendFile(o, "", m.URL, m.MIME)
	}
}

func appendFile(o *put.Object, base, uri, mime string) {
	if strings.Contains(uri, "://") {
		base = ""
	}
	o.Key("fileData")
	f := put.Begin(o.Dst)
	f.Some("mimeType", mime)
	f.Text("fileUri", base+uri)
	o.Dst = f.End()
}

// readableByGoogle says whether Google reads a URL by itself: public or signed
// https ones, YouTube, and its own stores.
// https://ai.google.dev/gemini-api/docs/file-input-methods
func readableByGoogle(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "gs")
}

// extensions are the media types that the end of a URL's path tells.
var extensions = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
	".gif": "image/gif", ".heic": "image/heic", ".heif": "image/heif",
	".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/plain", ".csv": "text/csv", ".html": "text/html",
	".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".flac": "audio/flac",
	".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm",
}

// mimeOfURL returns the media type, which Google wants to know beforehand, of what
// is at a URL: what its path tells, or the likeliest one of a picture.
func mimeOfURL(kind api.PartKind, raw string) string {
	if u, err := url.Parse(raw); err == nil {
		if mime := extensions[strings.ToLower(path.Ext(u.Path))]; mime != "" {
			return mime
		}
	}
	if kind == api.PartImage {
		return "image/jpeg"
	}
	return ""
}

// mimeOf returns the media type, which Google requires: the one given, or what
// the format or the content tells.
func mimeOf(kind api.PartKind, m *api.Media) string {
	if m.MIME != "" && !strings.HasSuffix(m.MIME, "/*") {
		return m.MIME
	}
	if kind == api.PartAudio {
		if m.Format == "" {
			return "audio/wav"
		}
		return "audio/" + m.Format
	}
	return cmp.Or(dialect.MIMEOf(m.Data), "application/octet-stream")
}
