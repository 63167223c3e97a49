package cohere

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Documents that the model may cite stand beside the conversation:
// https://docs.cohere.com/v2/reference/chat#request.body.documents
// In the vocabulary they are files of plain text in the user's last message.

func (d *requestDecoder) readDocuments(v jsonx.Value) *api.Error {
	if !take.Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return take.WrongType("documents", "an array of documents")
	}
	for e := range v.Elements() {
		d.documents = append(d.documents, documentOf(e))
	}
	return nil
}

// documentOf reads a document: a string, or {id, data}.
func documentOf(v jsonx.Value) api.Part {
	m := &api.Media{MIME: "text/plain", Citable: api.Some(true)}
	data := v
	if v.Kind() == jsonx.Object {
		m.Name = take.Text(v, "id")
		if inner := v.Get("data"); take.Present(inner) {
			data = inner
		}
		if title := take.Text(data, "title"); title != "" {
			m.Name = title
		}
	}
	m.Text = dataText(data)
	return api.Part{Kind: api.PartFile, Media: m}
}

// dataText returns the text of a document's data: a string, the one member that
// holds it beside a title, or all members as they are.
func dataText(v jsonx.Value) string {
	if s, ok := v.Str(); ok {
		return s
	}
	content, others := "", false
	for key, m := range v.Members() {
		switch s, ok := m.Str(); {
		case ok && (key == "text" || key == "snippet") && content == "":
			content = s
		case key != "title" && key != "id":
			others = true
		}
	}
	if content == "" || others {
		return jsonx.Borrow(v)
	}
	return content
}

// placeDocuments puts what was read before the words of the user's last message.
func (d *requestDecoder) placeDocuments() {
	if len(d.documents) == 0 {
		return
	}
	for i := len(d.r.Messages) - 1; i >= 0; i-- {
		if m := &d.r.Messages[i]; m.Role == api.RoleUser {
			m.Parts = append(d.documents, m.Parts...)
			return
		}
	}
}

// isDocument says whether p, in a message of the user's, goes among the documents.
func isDocument(p *api.Part) bool {
	return p.Kind == api.PartFile && p.Media != nil && p.Media.Text != ""
}

// withoutDocuments returns what is left of a message of the user's.
func withoutDocuments(parts []api.Part) []api.Part {
	isOne := func(p api.Part) bool { return isDocument(&p) }
	if !slices.ContainsFunc(parts, isOne) {
		return parts
	}
	return slices.DeleteFunc(slices.Clone(parts), isOne)
}

// appendDocuments writes the plain texts of all messages of the user.
func (w *requestWriter) appendDocuments(dst []byte) []byte {
	begun := false
	for i := range w.r.Messages {
		m := &w.r.Messages[i]
		if m.Role != api.RoleUser {
			continue
		}
		for j := range m.Parts {
			p := &m.Parts[j]
			if !isDocument(p) {
				continue
			}
			if !begun {
				dst, begun = append(put.Key(dst, "documents"), '['), true
			}
			dst = append(put.Comma(dst), `{"data":{`...)
			dst = put.Some(dst, "title", p.Media.Name)
			dst = append(put.Text(dst, "text", p.Media.Text), "}}"...)
		}
	}
	if begun {
		dst = append(dst, ']')
	}
	return dst
}
