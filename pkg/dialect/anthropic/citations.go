package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeCitations reads a text block's citations. Each is kept whole besides:
// most kinds point into a document by page or character, for which the
// vocabulary has no word.
func decodeCitations(v jsonx.Value) []api.Citation {
	if v.Kind() != jsonx.Array {
		return nil
	}
	var list []api.Citation
	for e := range v.Elements() {
		list = append(list, decodeCitation(e))
	}
	return list
}

func decodeCitation(v jsonx.Value) api.Citation {
	c := api.Citation{
		Title: take.Text(v, "title"),
		Text:  take.Text(v, "cited_text"),
		Raw:   api.JSON(v),
		RawOf: name,
	}
	switch take.Text(v, "type") {
	case "web_search_result_location":
		c.URL = take.Text(v, "url")
	case "search_result_location":
		c.URL = take.Text(v, "source")
	default:
		c.Title = take.Text(v, "document_title")
	}
	return c
}

// citable says whether appendCitation has words for c. A provider refuses any
// but its own, since they carry its proof; a caller can be told of web pages.
func citable(c *api.Citation, toCaller bool) bool {
	return c.RawOf == name && len(c.Raw) > 0 || toCaller && c.URL != ""
}

func appendCitation(dst []byte, c *api.Citation) []byte {
	if c.RawOf == name && len(c.Raw) > 0 {
		return append(dst, c.Raw...)
	}
	dst = append(dst, `{"type":"web_search_result_location","url":`...)
	dst = jsonx.AppendString(dst, c.URL)
	dst = append(dst, `,"title":`...)
	dst = jsonx.AppendString(dst, c.Title)
	dst = append(dst, `,"cited_text":`...)
	dst = jsonx.AppendString(dst, c.Text)
	return append(dst, `,"encrypted_index":""}`...)
}

// appendCitations appends a text block's citations member, if it has any to show.
func appendCitations(dst []byte, list []api.Citation, toCaller bool) []byte {
	n := 0
	for i := range list {
		if !citable(&list[i], toCaller) {
			continue
		}
		if n == 0 {
			dst = append(dst, `,"citations":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = appendCitation(dst, &list[i])
		n++
	}
	if n > 0 {
		dst = append(dst, ']')
	}
	return dst
}
