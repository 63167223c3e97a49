package cohere

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Citations: https://docs.cohere.com/v2/docs/rag-citations
// They stand beside the content and say which block of it they are of.

// ofPlan is the type of a citation that is of the plan for calls.
const ofPlan = "PLAN"

// citeParts puts citations on the parts they are of. The thoughts come first; the
// plan stands between them and content, which begins at said.
func citeParts(parts []api.Part, thoughts, said int, citations jsonx.Value) {
	for e := range citations.Elements() {
		at := thoughts
		if index, ok := e.Get("content_index").Int(); ok && take.Text(e, "type") != ofPlan {
			if at = int(index); at >= thoughts {
				at += said - thoughts // the plan is not among the content
			}
		} else if take.Text(e, "type") != ofPlan {
			at = said
		}
		if at >= 0 && at < len(parts) && parts[at].Kind != api.PartToolCall {
			parts[at].Citations = append(parts[at].Citations, decodeCitation(e))
		}
	}
}

// decodeCitation reads a citation; of its sources the first stands for all.
func decodeCitation(v jsonx.Value) api.Citation {
	c := api.Citation{Text: take.Text(v, "text"), Raw: api.JSON(v), RawOf: name}
	c.Start, _ = v.Get("start").Int()
	c.End, _ = v.Get("end").Int()
	for source := range v.Get("sources").Elements() {
		about := source.Get("document")
		if about == nil {
			about = source.Get("tool_output")
		}
		c.URL, c.Title = take.Text(about, "url"), take.Text(about, "title")
		break
	}
	return c
}

// appendCitations writes the citations of all parts; plan is which of them is the plan.
func appendCitations(dst []byte, parts []api.Part, plan int) []byte {
	if !slices.ContainsFunc(parts, func(p api.Part) bool { return len(p.Citations) > 0 }) {
		return dst
	}
	begun, index := false, 0
	for i := range parts {
		p := &parts[i]
		for j := range p.Citations {
			if !citable(&p.Citations[j]) {
				continue
			}
			if !begun {
				dst, begun = append(put.Key(dst, "citations"), '['), true
			}
			dst = appendCitation(put.Comma(dst), &p.Citations[j], index, i == plan)
		}
		if i != plan && len(appendSaidBlock(nil, p, true)) > 0 {
			index++
		}
	}
	if begun {
		dst = append(dst, ']')
	}
	return dst
}

// citable says whether a citation has a form here: it is this dialect's own, or of
// something that has a name.
func citable(c *api.Citation) bool {
	return c.RawOf == name && len(c.Raw) > 0 || c.URL != "" || c.Title != ""
}

func appendCitation(dst []byte, c *api.Citation, index int, plan bool) []byte {
	if c.RawOf == name && len(c.Raw) > 0 {
		return jsonx.AppendCompact(dst, jsonx.Value(c.Raw))
	}
	kind := "TEXT_CONTENT"
	if plan {
		kind = ofPlan
	}
	dst = put.Int(append(dst, '{'), "start", c.Start)
	dst = put.Int(dst, "end", c.End)
	dst = put.Text(dst, "text", c.Text)
	dst = append(dst, `,"sources":[{"type":"document"`...)
	id := c.URL
	if id == "" {
		id = c.Title
	}
	dst = put.Text(dst, "id", id)
	dst = append(dst, `,"document":{`...)
	dst = put.Text(dst, "id", id)
	dst = put.Some(dst, "url", c.URL)
	dst = append(put.Some(dst, "title", c.Title), "}}]"...)
	if !plan {
		dst = put.Int(dst, "content_index", int64(index))
	}
	return append(put.Text(dst, "type", kind), '}')
}
