package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Rerank: https://docs.cohere.com/v2/reference/rerank

func (d *requestDecoder) rerankMember(key string, v jsonx.Value) *api.Error {
	k := &d.r.Rerank
	switch key {
	case "query":
		k.Query, _ = v.Str()
	case "documents":
		return d.rerankDocuments(v)
	case "top_n":
		return take.Int(v, key, &k.Top)
	case "return_documents":
		return take.Bool(v, key, &k.Return)
	case "rank_fields":
		return take.Strings(v, key, &d.fields)
	case "max_chunks_per_doc": // of the first version
	default:
		d.keep(key, v)
	}
	return nil
}

// composeDocuments makes the texts of documents of which some members count.
func (d *requestDecoder) composeDocuments() {
	if len(d.fields) == 0 {
		return
	}
	for i := range d.r.Rerank.Documents {
		doc := &d.r.Rerank.Documents[i]
		if doc.Raw == nil {
			continue
		}
		doc.Text = ""
		for _, field := range d.fields {
			if s := take.Text(jsonx.Value(doc.Raw), field); s != "" {
				doc.Text += field + ": " + s + "\n"
			}
		}
	}
}

func (d *requestDecoder) rerankDocuments(v jsonx.Value) *api.Error {
	i := 0
	for e := range v.Elements() {
		doc := api.Document{}
		switch e.Kind() {
		case jsonx.String:
			doc.Text, _ = e.Str()
		case jsonx.Object:
			doc.Text, doc.Raw = take.Text(e, "text"), api.JSON(e)
		default:
			return take.WrongType(take.Within("documents", i, ""), "a text, or an object with a text")
		}
		d.r.Rerank.Documents = append(d.r.Rerank.Documents, doc)
		i++
	}
	return nil
}

// appendRerank writes a request. Documents are texts; of an object that has none, all
// of it is one.
func (w *requestWriter) appendRerank(dst []byte) []byte {
	k := &w.r.Rerank
	dst = put.Text(append(dst, '{'), "model", w.r.Model)
	dst = put.Text(dst, "query", k.Query)
	dst = append(put.Key(dst, "documents"), '[')
	for i := range k.Documents {
		words := k.Documents[i].Text
		if words == "" && k.Documents[i].Raw != nil {
			words = jsonx.Borrow(k.Documents[i].Raw)
		}
		dst = jsonx.AppendString(put.Comma(dst), words)
	}
	dst = put.OptInt(append(dst, ']'), "top_n", k.Top)
	return append(appendExtra(dst, w.r.Extra, w.r.ExtraOf), '}')
}

func decodeRanks(rows jsonx.Value, into *api.Response) *api.Error {
	for e := range rows.Elements() {
		index, indexed := e.Get("index").Int()
		score, scored := e.Get("relevance_score").Float()
		if !indexed || !scored {
			return badAnswer("a rank without index or score")
		}
		into.Ranks = append(into.Ranks, api.Rank{Index: int(index), Score: score})
	}
	return nil
}

func appendRanks(dst []byte, h *dialect.Head, r *api.Response) []byte {
	dst = put.Text(append(dst, '{'), "id", r.ID)
	dst = append(put.Key(dst, "results"), '[')
	for i := range r.Ranks {
		dst = put.Int(append(put.Comma(dst), '{'), "index", int64(r.Ranks[i].Index))
		dst = jsonx.AppendFloat(put.Key(dst, "relevance_score"), r.Ranks[i].Score)
		if doc := r.Ranks[i].Document; h.Legacy && doc != nil { // the second version has none
			dst = appendDocument(put.Key(dst, "document"), doc)
		}
		dst = append(dst, '}')
	}
	version := "2"
	if h.Legacy {
		version = "1"
	}
	dst = appendMeta(append(dst, ']'), version, &r.Usage)
	return append(dst, '}')
}

func appendDocument(dst []byte, doc *api.Document) []byte {
	if doc.Raw != nil {
		return append(dst, doc.Raw...)
	}
	return append(put.Text(append(dst, '{'), "text", doc.Text), '}')
}
