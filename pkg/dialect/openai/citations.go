package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// citeText puts a message's annotations on its last text.
func citeText(parts []api.Part, annotations jsonx.Value) {
	at := -1
	for i := range parts {
		if parts[i].Kind == api.PartText {
			at = i
		}
	}
	if at < 0 {
		return
	}
	for e := range annotations.Elements() {
		if c, ok := decodeCitation(e); ok {
			parts[at].Citations = append(parts[at].Citations, c)
		}
	}
}

// decodeCitation reads an annotation; of other kinds than url_citation the
// vocabulary knows nothing but the raw form.
func decodeCitation(v jsonx.Value) (api.Citation, bool) {
	if v.Kind() != jsonx.Object {
		return api.Citation{}, false
	}
	u := v.Get("url_citation")
	return api.Citation{
		URL: take.Text(u, "url"), Title: take.Text(u, "title"), Text: take.Text(u, "content"),
		Start: take.Integer(u, "start_index"), End: take.Integer(u, "end_index"),
		Raw: api.JSON(v), RawOf: name,
	}, true
}

// appendAnnotations writes the citations of parts. Those of documents, which have no URL, have no form here.
func appendAnnotations(dst []byte, parts []api.Part) []byte {
	begun := false
	for i := range parts {
		for j := range parts[i].Citations {
			c := &parts[i].Citations[j]
			if !citable(c) {
				continue
			}
			if !begun {
				dst = append(put.Key(dst, "annotations"), '[')
				begun = true
			}
			dst = appendCitation(put.Comma(dst), c)
		}
	}
	if begun {
		dst = append(dst, ']')
	}
	return dst
}

func citable(c *api.Citation) bool { return c.URL != "" || c.RawOf == name && len(c.Raw) > 0 }

func appendCitation(dst []byte, c *api.Citation) []byte {
	if c.RawOf == name && len(c.Raw) > 0 {
		return jsonx.AppendCompact(dst, jsonx.Value(c.Raw))
	}
	dst = append(dst, `{"type":"url_citation","url_citation":{`...)
	dst = put.Int(dst, "start_index", c.Start)
	dst = put.Int(dst, "end_index", c.End)
	dst = put.Text(dst, "url", c.URL)
	dst = put.Text(dst, "title", c.Title)
	return append(dst, "}}"...)
}
