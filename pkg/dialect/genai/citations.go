package genai

import (
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// addCitations puts the sources that a candidate names on its text parts. The
// objects themselves stay in Extra, so that a caller of this dialect gets them whole.
func addCitations(candidate jsonx.Value, ps []api.Part) {
	for c := range candidate.Get("citationMetadata", "citationSources").Elements() {
		addSource(c, ps)
	}
	for c := range candidate.Get("citationMetadata", "citations").Elements() {
		addSource(c, ps)
	}
	if g := candidate.Get("groundingMetadata"); g != nil {
		addGrounding(g, ps)
	}
}

// addSource reads {startIndex, endIndex, uri, title}, whose bounds are bytes of the text.
func addSource(v jsonx.Value, ps []api.Part) {
	p := textPart(ps, 0)
	if p == nil {
		return
	}
	c := api.Citation{URL: text(v, "uri", "uri"), Title: text(v, "title", "title")}
	locate(&c, v, p.Text)
	p.Citations = append(p.Citations, c)
}

// addGrounding reads what a search found: each support ties a segment of the text
// to chunks. https://ai.google.dev/api/generate-content#GroundingMetadata
func addGrounding(v jsonx.Value, ps []api.Part) {
	var chunks []jsonx.Value
	for c := range v.Get("groundingChunks").Elements() {
		chunks = append(chunks, c.Get("web"))
	}
	for s := range v.Get("groundingSupports").Elements() {
		segment := s.Get("segment")
		part, _ := segment.Get("partIndex").Int()
		p := textPart(ps, part)
		if p == nil {
			continue
		}
		for i := range s.Get("groundingChunkIndices").Elements() {
			n, ok := i.Int()
			if !ok || n < 0 || n >= int64(len(chunks)) || chunks[n] == nil {
				continue
			}
			c := api.Citation{
				URL:   text(chunks[n], "uri", "uri"),
				Title: text(chunks[n], "title", "title"),
				Text:  text(segment, "text", "text"),
			}
			locate(&c, segment, p.Text)
			p.Citations = append(p.Citations, c)
		}
	}
}

// textPart returns the text part with index i among all parts, or the first text
// part where that one is none; nil if nothing is text.
func textPart(ps []api.Part, i int64) *api.Part {
	if i >= 0 && i < int64(len(ps)) && ps[i].Kind == api.PartText {
		return &ps[i]
	}
	for i := range ps {
		if ps[i].Kind == api.PartText {
			return &ps[i]
		}
	}
	return nil
}

// locate turns the bounds of a segment, in bytes, into characters of the text.
func locate(c *api.Citation, v jsonx.Value, said string) {
	start, _ := v.Get("startIndex").Int()
	end, _ := v.Get("endIndex").Int()
	c.Start, c.End = characters(said, start), characters(said, end)
}

func characters(s string, bytes int64) int64 {
	if bytes <= 0 {
		return 0
	}
	return int64(utf8.RuneCountInString(s[:min(bytes, int64(len(s)))]))
}

// appendCitations writes the sources of a candidate whose text came from another
// dialect; nothing where there are none.
func appendCitations(o *put.Object, ps []api.Part) {
	n := 0
	for i := range ps {
		for j := range ps[i].Citations {
			if n == 0 {
				o.Key("citationMetadata")
				o.Dst = append(o.Dst, `{"citations":[`...)
			}
			o.Dst = put.Comma(o.Dst)
			n++
			o.Dst = appendCitation(o.Dst, &ps[i].Citations[j], ps[i].Text)
		}
	}
	if n > 0 {
		o.Dst = append(o.Dst, "]}"...)
	}
}

func appendCitation(dst []byte, c *api.Citation, said string) []byte {
	o := put.Begin(dst)
	if c.End > c.Start {
		o.Int("startIndex", byteOffset(said, c.Start))
		o.Int("endIndex", byteOffset(said, c.End))
	}
	o.Some("uri", c.URL)
	o.Some("title", c.Title)
	return o.End()
}

// byteOffset returns where in s the character with this number begins.
func byteOffset(s string, character int64) int64 {
	for i := range s {
		if character <= 0 {
			return int64(i)
		}
		character--
	}
	return int64(len(s))
}
