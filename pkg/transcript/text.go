package transcript

import (
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"
)

// transcript makes the texts that are kept of what was heard.
func (h *Heard) transcript() Transcript {
	c := h.censor()
	t := Transcript{CallID: h.CallID, Time: h.Time, Request: c.body(&h.Request, h.Rules.MaxBytes)}
	if h.Stream {
		if answer, ok := assemble(h); ok {
			whole := h.Response.Size == int64(len(h.Response.Data))
			piece := Piece{Data: answer, Size: int64(len(answer))}
			t.Response = c.body(&piece, h.Rules.MaxBytes)
			t.Response.Bytes, t.Response.Cut, t.Response.Assembled = h.Response.Size, t.Response.Cut || !whole, true
			return t
		}
	}
	t.Response = c.body(&h.Response, h.Rules.MaxBytes)
	return t
}

// body makes the text of a body, of at most so many bytes.
func (c *censor) body(p *Piece, most int) Body {
	b := Body{Bytes: p.Size}
	if p.Size == 0 {
		return b
	}
	if !isText(p) {
		kind, _, _ := mime.ParseMediaType(p.Type)
		b.Text, b.Cut = fmt.Sprintf("[%d bytes of %s]", p.Size, plain(kind)), true
		return b
	}
	text := c.redacted(clean(p.Data))
	b.Text = cut(text, most)
	b.Cut = len(b.Text) < len(text) || p.Size > int64(len(p.Data))
	return b
}

// isText says whether a body is one for reading.
func isText(p *Piece) bool {
	kind, _, err := mime.ParseMediaType(p.Type)
	switch {
	case p.Type == "", err == nil && (strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json")):
		return true
	case strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "image/"):
		return false
	}
	data := p.Data
	if p.Size > int64(len(data)) { // the last letter may be cut
		data = data[:len(data)-min(len(data), utf8.UTFMax-1)]
	}
	return utf8.Valid(data) && strings.IndexByte(string(data), 0) < 0
}

// plain is a content type that was parsed, or what to call it where that failed.
func plain(kind string) string {
	if kind == "" {
		return "another kind than text"
	}
	return kind
}

// clean makes text of bytes: what is no UTF-8, and NUL, which PostgreSQL cannot keep,
// becomes U+FFFD. Whatever else it has is the business of who shows it.
func clean(data []byte) string {
	text := strings.ToValidUTF8(string(data), string(utf8.RuneError))
	return strings.ReplaceAll(text, "\x00", string(utf8.RuneError))
}

// cut returns the beginning of a text, of at most so many bytes, without half a letter.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return strings.Clone(text[:most])
}
