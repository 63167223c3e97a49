package genai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Reranking in the form of Google's Discovery Engine, where Vertex AI has it.
// https://cloud.google.com/generative-ai-app-builder/docs/ranking,
// https://cloud.google.com/generative-ai-app-builder/docs/reference/rest/v1/projects.locations.rankingConfigs/rank

// defaultRanker is the model where a caller names none.
const defaultRanker = "semantic-ranker-512@latest"

// bareRanks is the form (Head.Form) of a request whose answer has no more than ids and
// scores.
const bareRanks = 1

// recordsPerQuery is up to how many records are paid for as one query.
const recordsPerQuery = 100

// rankFields are the members that are read of a request, by each of their two names.
var rankFields = []dialect.Spelling{
	{Key: "model", Name: "model"},
	{Key: "query", Name: "query"},
	{Key: "records", Name: "records"},
	{Key: "topN", Name: "topN"},
	{Key: "top_n", Name: "topN"},
	{Key: "ignoreRecordDetailsInResponse", Name: "ignoreRecordDetailsInResponse"},
	{Key: "ignore_record_details_in_response", Name: "ignoreRecordDetailsInResponse"},
	{Key: "fallbacks", Name: "fallbacks"},
}

func peekRank(h *dialect.Head, body []byte) *api.Error {
	seen, err := h.PeekFields(body, rankFields, "Spell it plainly, once.", func(name string, m jsonx.Member) *api.Error {
		return peekRankMember(h, name, m, body)
	})
	switch {
	case err != nil:
		return err
	case !seen["query"]:
		return take.Invalid("missing_query", "query", "Give the text that the records are to answer.")
	case !seen["records"]:
		return take.Invalid("missing_records", "records", "Give the records to sort, as an array.")
	case h.Model == "":
		h.Model = defaultRanker
	}
	return nil
}

func peekRankMember(h *dialect.Head, name string, m jsonx.Member, body []byte) *api.Error {
	v := m.At.Of(body)
	switch name {
	case "model":
		model, ok := v.Str()
		if !ok {
			return take.WrongType(name, "a string")
		}
		h.Model, h.ModelAt = model, m.At
	case "query":
		if s, ok := v.Str(); !ok || s == "" {
			return take.Invalid("missing_query", name, "The query must be a text.")
		}
	case "records":
		h.Echo.Texts = v
		return nonEmptyArray(v, name, "missing_records")
	case "ignoreRecordDetailsInResponse":
		bare, ok := v.Bool()
		if !ok && !v.IsNull() {
			return take.WrongType(name, "true or false")
		}
		if bare {
			h.Form = bareRanks
		}
	case "fallbacks":
		h.Own = append(h.Own, jsonx.Edit{At: jsonx.DeleteMember(body, m)})
		return h.ReadFallbacks(v)
	}
	return nil
}

// decodeRank reads a RankRequest. A record's title stands above its content.
func decodeRank(v jsonx.Value, r *api.Request) *api.Error {
	k := &r.Rerank
	k.Query = take.Text(v, "query")
	if err := take.Int(either(v, "topN", "top_n"), "topN", &k.Top); err != nil {
		return err
	}
	if k.Top.V <= 0 {
		k.Top.Set = false // all
	}
	i := 0
	for e := range v.Get("records").Elements() {
		if e.Kind() != jsonx.Object {
			return take.WrongType(take.At("records", i), "an object")
		}
		text, content := take.Text(e, "title"), take.Text(e, "content")
		if text != "" && content != "" {
			text += "\n"
		}
		if text += content; text == "" {
			return take.Invalid("missing_content", take.At("records", i), "Give each record a title or a content.")
		}
		k.Documents = append(k.Documents, api.Document{Text: text})
		i++
	}
	return nil
}

// appendRank writes a RankRequest, whose records are called by their numbers.
func appendRank(dst []byte, r *api.Request) []byte {
	k := &r.Rerank
	dst = put.Text(append(dst, '{'), "model", r.Model)
	dst = put.Text(dst, "query", k.Query)
	dst = append(put.Key(dst, "records"), '[')
	for i := range k.Documents {
		words := k.Documents[i].Text
		if words == "" && k.Documents[i].Raw != nil {
			words = jsonx.Borrow(k.Documents[i].Raw)
		}
		dst = put.Text(append(put.Comma(dst), '{'), "id", strconv.Itoa(i))
		dst = append(put.Text(dst, "content", words), '}')
	}
	dst = put.OptInt(append(dst, ']'), "topN", k.Top)
	return append(dst, `,"ignoreRecordDetailsInResponse":true}`...)
}

// ranksUsage is what a RankResponse has cost, as far as it shows: the records that were
// asked for are not in it, but those that are left.
func ranksUsage(records jsonx.Value) api.Usage {
	return api.Usage{Units: max(int64(records.Len()+recordsPerQuery-1)/recordsPerQuery, 1), Known: true}
}

// decodeRanks reads a RankResponse.
func decodeRanks(v jsonx.Value, into *api.Response) *api.Error {
	records := v.Get("records")
	into.Usage = ranksUsage(records)
	for e := range records.Elements() {
		index, err := strconv.Atoi(take.Text(e, "id"))
		if err != nil {
			return api.Errorf(api.KindUnavailable, badAnswer, "The provider's answer has a record that was not asked for.")
		}
		score, _ := e.Get("score").Float() // none is 0
		into.Ranks = append(into.Ranks, api.Rank{Index: index, Score: score})
	}
	return nil
}

// appendRanks writes a RankResponse: the caller's own records, with their scores.
func appendRanks(dst []byte, h *dialect.Head, r *api.Response) []byte {
	var records []jsonx.Value
	for e := range h.Echo.Texts.Elements() {
		records = append(records, e)
	}
	dst = append(dst, `{"records":[`...)
	for i := range r.Ranks {
		index := r.Ranks[i].Index
		if index < 0 || index >= len(records) {
			continue
		}
		record := records[index]
		dst = put.Text(append(put.Comma(dst), '{'), "id", take.Text(record, "id"))
		if h.Form != bareRanks {
			dst = put.Some(dst, "title", take.Text(record, "title"))
			dst = put.Some(dst, "content", take.Text(record, "content"))
		}
		dst = append(jsonx.AppendFloat(put.Key(dst, "score"), r.Ranks[i].Score), '}')
	}
	return append(dst, "]}"...)
}
