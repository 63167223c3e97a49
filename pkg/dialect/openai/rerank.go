package openai

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// OpenAI has no rerank. Those who speak its dialect have that of Jina and Cohere:
// https://jina.ai/reranker and https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html

// peekRerank is Peek for a rerank. The providers' answers differ, so that none
// passes as it is.
func peekRerank(h *dialect.Head, body []byte) *api.Error {
	h.Legacy = true
	p := peek{head: h, body: body}
	var query, documents jsonx.Value
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		switch string(m.Key) {
		case "query":
			query = m.At.Of(body)
		case "documents":
			documents = m.At.Of(body)
		}
		return p.member(m)
	})
	if err != nil {
		return dialect.PeekError(err)
	}
	h.BodyEnd = end
	if err := p.finish(); err != nil {
		return err
	}
	if s, _ := query.Str(); s == "" {
		return api.Invalid("missing_query", "query", "query must be a text: say what the documents are to be sorted by.")
	}
	if documents.Kind() != jsonx.Array || empty(documents) {
		return api.Invalid("missing_documents", "documents", "documents must be an array of texts, or of objects with a text.")
	}
	return nil
}

func (d *requestDecoder) rerankMember(key string, v jsonx.Value) *api.Error {
	k := &d.r.Rerank
	switch key {
	case "query":
		return take.String(v, key, &k.Query)
	case "documents":
		return d.documents(v)
	case "top_n":
		return take.Int(v, key, &k.Top)
	case "return_documents":
		return take.Bool(v, key, &k.Return)
	case "drop_params":
		return nil
	}
	d.keep(key, v)
	return nil
}

func (d *requestDecoder) documents(v jsonx.Value) *api.Error {
	i := 0
	for e := range v.Elements() {
		doc := api.Document{}
		if s, ok := e.Str(); ok {
			doc.Text = s
		} else if e.Kind() == jsonx.Object {
			doc.Text, doc.Raw = take.Text(e, "text"), api.JSON(e)
		} else {
			return take.WrongType(take.At("documents", i), "a text, or an object with a text")
		}
		d.r.Rerank.Documents = append(d.r.Rerank.Documents, doc)
		i++
	}
	return nil
}

// appendRerank writes a request. The documents are not asked back, since they are here.
func (w *requestWriter) appendRerank(dst []byte) []byte {
	k := &w.r.Rerank
	dst = put.Text(append(dst, '{'), "model", w.r.Model)
	dst = put.Text(dst, "query", k.Query)
	dst = append(put.Key(dst, "documents"), '[')
	for i := range k.Documents {
		doc := &k.Documents[i]
		dst = put.Comma(dst)
		if doc.Raw != nil {
			dst = append(dst, doc.Raw...)
		} else {
			dst = jsonx.AppendString(dst, doc.Text)
		}
	}
	dst = put.OptInt(append(dst, ']'), "top_n", k.Top)
	return w.appendEnd(dst)
}

// decodeRanks reads the rows of an answer: Jina's form, or SGLang's.
func decodeRanks(rows jsonx.Value, body []byte, into *api.Response) *api.Error {
	v := jsonx.Value(bytes.TrimSpace(body))
	into.ID, into.Model = take.Text(v, "id"), take.Text(v, "model")
	if units, ok := v.Get("meta", "billed_units", "search_units").Int(); ok && units >= 0 {
		into.Usage.Units, into.Usage.Known = min(units, maxTokens), true
	}
	for e := range rows.Elements() {
		index, indexed := e.Get("index").Int()
		score, scored := e.Get("relevance_score").Float()
		if !scored {
			score, scored = e.Get("score").Float()
		}
		if !indexed || !scored {
			return badAnswer("a rank without index or score")
		}
		into.Ranks = append(into.Ranks, api.Rank{Index: int(index), Score: score})
	}
	return nil
}

func appendRanks(dst []byte, r *api.Response) []byte {
	dst = put.Text(append(dst, '{'), "id", r.ID)
	dst = put.Text(dst, "model", r.Model)
	dst = append(put.Key(dst, "results"), '[')
	for i := range r.Ranks {
		k := &r.Ranks[i]
		dst = put.Int(append(put.Comma(dst), '{'), "index", int64(k.Index))
		dst = jsonx.AppendFloat(put.Key(dst, "relevance_score"), k.Score)
		switch doc := k.Document; {
		case doc == nil:
		case doc.Raw != nil:
			dst = put.Raw(dst, "document", doc.Raw)
		default:
			dst = append(put.Text(append(put.Key(dst, "document"), '{'), "text", doc.Text), '}')
		}
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	if u := &r.Usage; u.Known {
		dst = append(put.Key(dst, "usage"), '{')
		dst = put.Int(dst, "prompt_tokens", u.Input)
		dst = append(put.Int(dst, "total_tokens", u.Total()), '}')
		if u.Units > 0 {
			dst = append(put.Key(dst, "meta"), `{"billed_units":{`...)
			dst = append(put.Int(dst, "search_units", u.Units), "}}"...)
		}
	}
	return append(dst, '}')
}
