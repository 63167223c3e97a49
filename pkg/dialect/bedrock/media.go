package bedrock

import (
	"encoding/base64"
	"path"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// formats are Bedrock's words for media types. The first type of a word is the one
// that it is read as.
var formats = [...]struct {
	kind         api.PartKind
	format, mime string
}{
	{api.PartImage, "png", "image/png"},
	{api.PartImage, "jpeg", "image/jpeg"},
	{api.PartImage, "jpeg", "image/jpg"},
	{api.PartImage, "gif", "image/gif"},
	{api.PartImage, "webp", "image/webp"},

	{api.PartFile, "pdf", "application/pdf"},
	{api.PartFile, "csv", "text/csv"},
	{api.PartFile, "doc", "application/msword"},
	{api.PartFile, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{api.PartFile, "xls", "application/vnd.ms-excel"},
	{api.PartFile, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{api.PartFile, "html", "text/html"},
	{api.PartFile, "txt", "text/plain"},
	{api.PartFile, "md", "text/markdown"},

	{api.PartVideo, "mp4", "video/mp4"},
	{api.PartVideo, "mov", "video/quicktime"},
	{api.PartVideo, "webm", "video/webm"},
	{api.PartVideo, "mkv", "video/x-matroska"},
	{api.PartVideo, "flv", "video/x-flv"},
	{api.PartVideo, "mpeg", "video/mpeg"},
	{api.PartVideo, "wmv", "video/x-ms-wmv"},
	{api.PartVideo, "three_gp", "video/3gpp"},

	{api.PartAudio, "mp3", "audio/mpeg"},
	{api.PartAudio, "mp3", "audio/mp3"},
	{api.PartAudio, "wav", "audio/wav"},
	{api.PartAudio, "wav", "audio/x-wav"},
	{api.PartAudio, "flac", "audio/flac"},
	{api.PartAudio, "ogg", "audio/ogg"},
	{api.PartAudio, "aac", "audio/aac"},
	{api.PartAudio, "opus", "audio/opus"},
	{api.PartAudio, "mp4", "audio/mp4"},
	{api.PartAudio, "webm", "audio/webm"},
}

func mimeOf(kind api.PartKind, format string) string {
	for i := range formats {
		if f := &formats[i]; f.kind == kind && f.format == format {
			return f.mime
		}
	}
	return ""
}

// formatOf is Bedrock's word for what m is; empty for what it does not take.
func formatOf(kind api.PartKind, m *api.Media) string {
	mime := m.MIME
	if sniffed := sniff(m.Data); sniffed != "" {
		mime = sniffed // callers often declare another, and the provider refuses that
	}
	mime, _, _ = strings.Cut(mime, ";")
	if mime == "" && m.Text != "" {
		mime = "text/plain"
	}
	for i := range formats {
		if f := &formats[i]; f.kind == kind && (f.mime == mime || f.format == m.Format) {
			return f.format
		}
	}
	if end := strings.TrimPrefix(path.Ext(m.Name), "."); kind == api.PartFile && mimeOf(kind, end) != "" {
		return end
	}
	if kind == api.PartFile && strings.HasPrefix(mime, "text/") {
		return "txt"
	}
	return ""
}

// sniff tells the media type that the first characters of base64 show.
func sniff(data string) string {
	mime := dialect.MIMEOf(data)
	if mime == "image/webp" && !isWebP(data) {
		return ""
	}
	return mime
}

// isWebP tells a picture from the sounds that also begin with RIFF.
func isWebP(data string) bool {
	var head [12]byte
	n, _ := base64.StdEncoding.Decode(head[:], []byte(data[:min(16, len(data))&^3])) // what is no base64 matches nothing
	return n == len(head) && string(head[8:]) == "WEBP"
}

const s3 = "s3://"

// decodeMedia reads an image, document, video or audio block. It is opaque where its
// source is of a kind that the vocabulary has no word for.
func decodeMedia(kind api.PartKind, block, v jsonx.Value, param string) (api.Part, *api.Error) {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return api.Part{}, err
	}
	m := &api.Media{
		MIME: mimeOf(kind, take.Text(v, "format")), Name: take.Text(v, "name"), Context: take.Text(v, "context"),
		Data: take.Text(v, "source", "bytes"), Text: take.Text(v, "source", "text"), URL: take.Text(v, "source", "s3Location", "uri"),
	}
	if kind == api.PartAudio {
		m.Format = take.Text(v, "format")
	}
	if on, ok := v.Get("citations", "enabled").Bool(); ok {
		m.Citable = api.Some(on)
	}
	p := api.Part{Kind: kind, Media: m}
	if m.URL != "" && v.Get("source", "s3Location", "bucketOwner") != nil {
		p.Raw, p.RawOf = api.JSON(block), name
	}
	if m.Data == "" && m.Text == "" && m.URL == "" {
		return opaque(block), nil
	}
	return p, nil
}

// mediaNames are the members that hold a part of a kind.
var mediaNames = [...]string{api.PartImage: "image", api.PartFile: "document", api.PartVideo: "video", api.PartAudio: "audio"}

// appendMedia writes a block.
func (w *blockWriter) appendMedia(p *api.Part) *api.Error {
	m, kind := p.Media, p.Kind
	if m == nil {
		return take.Invalid("invalid_media", "source", "An image or a file has no content.")
	}
	if kind == api.PartFile && strings.HasPrefix(m.MIME, "image/") {
		kind = api.PartImage
	}
	switch {
	case m.Data == "" && m.Text == "" && !strings.HasPrefix(m.URL, s3):
		return api.Errorf(api.KindUnsupported, "unsupported_media_url",
			"Amazon Bedrock does not fetch media from URLs, but for s3: ones, and has no file store. Send the content inline, as a data: URL or base64.")
	case m.Data == "" && kind == api.PartImage && m.URL == "":
		return unsupportedContent("text as an image")
	}
	format := formatOf(kind, m)
	if format == "" && kind == api.PartFile && p.Media.URL != "" {
		format = "pdf"
	}
	if format == "" {
		return api.Errorf(api.KindUnsupported, "unsupported_media", "Amazon Bedrock does not take media of the type %q here.", printable(m.MIME))
	}
	w.next()
	o := put.Begin(w.dst)
	o.Key(mediaNames[kind])
	in := put.Begin(o.Dst)
	in.Text("format", format)
	if kind == api.PartFile {
		in.Text("name", w.documentName(m.Name))
		in.Some("context", m.Context)
	}
	in.Key("source")
	in.Dst = appendSource(in.Dst, m, w.own)
	if kind == api.PartFile && m.Citable.Set {
		in.Inside("citations", func(c *put.Object) { c.Bool("enabled", m.Citable.V) })
	}
	o.Dst = in.End()
	w.dst = o.End()
	return nil
}

func appendSource(dst []byte, m *api.Media, own bool) []byte {
	o := put.Begin(dst)
	switch {
	case m.Data != "":
		o.Text("bytes", m.Data)
	case m.Text != "" && own:
		o.Text("text", m.Text)
	case m.Text != "":
		o.Text("bytes", base64.StdEncoding.EncodeToString([]byte(m.Text)))
	default:
		o.Inside("s3Location", func(in *put.Object) { in.Text("uri", m.URL) })
	}
	return o.End()
}

// printable returns s, or a word for it if it is empty or long.
func printable(s string) string {
	if s == "" || len(s) > 100 {
		return "unknown"
	}
	return s
}

// maxDocumentName is as long as the name of a document may be.
const maxDocumentName = 200

// documentName returns a name that Bedrock takes for a document: letters, digits,
// single spaces, hyphens, parentheses and brackets, and no other document's of the
// request.
func (w *blockWriter) documentName(given string) string {
	b := make([]byte, 0, len(given))
	for i := range len(given) {
		c := given[i]
		switch {
		case isAlphanumeric(c), strings.IndexByte("-()[]", c) >= 0:
			b = append(b, c)
		case len(b) > 0 && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	name := strings.TrimSpace(string(b[:min(len(b), maxDocumentName-10)]))
	if name == "" {
		name = "document"
	}
	if w.documents++; w.documents > 1 && !w.own {
		name += " " + strconv.Itoa(w.documents)
	}
	return name
}
