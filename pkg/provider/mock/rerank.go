package mock

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

type rerankRequest struct {
	Model     string            `json:"model"`
	Query     string            `json:"query"`
	Documents []json.RawMessage `json:"documents"`
	Top       int               `json:"top_n"`
}

// rank is what a document is worth.
type rank struct {
	index int
	score float64
}

// jinaRerank is POST /v1/rerank as vLLM, Together and llama.cpp have it.
func (s *Server) jinaRerank(c *call) {
	s.rerank(c, true, func(r *rerankRequest, ranks []rank, used int) []byte {
		dst := append([]byte(`{"id":"`), c.id("rerank-")...)
		dst = append(dst, `","model":`...)
		dst = jsonx.AppendString(dst, r.Model)
		dst = append(dst, `,"usage":{"total_tokens":`...)
		dst = append(strconv.AppendInt(dst, int64(used), 10), "},"...)
		return append(appendRanks(dst, ranks), '}')
	})
}

// cohereRerank is POST /v2/rerank: https://docs.cohere.com/v2/reference/rerank
func (s *Server) cohereRerank(c *call) {
	s.rerank(c, false, func(_ *rerankRequest, ranks []rank, _ int) []byte {
		dst := append([]byte(`{"id":"`), c.id("")...)
		dst = appendRanks(append(dst, `",`...), ranks)
		return append(dst, `,"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}`...)
	})
}

// rerank answers a request in whichever form. Not all take objects for documents.
func (s *Server) rerank(c *call, objects bool, form func(r *rerankRequest, ranks []rank, used int) []byte) {
	var r rerankRequest
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case r.Model == "":
		err = badRequest("model is required")
	case r.Query == "":
		err = badRequest("query is required")
	case len(r.Documents) == 0:
		err = badRequest("documents must not be empty")
	}
	used := tokens(len(r.Query) * len(r.Documents))
	ranks := make([]rank, 0, len(r.Documents))
	for i, doc := range r.Documents {
		if doc[0] != '"' && (doc[0] != '{' || !objects) && err == nil {
			err = badRequestf("documents[%d] is not a text", i)
		}
		used += tokens(len(doc))
		ranks = append(ranks, rank{i, likeness(r.Query, string(doc))})
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	c.whole(s, typeJSON, form(&r, best(ranks, r.Top), used))
}

// best are the first of the ranks, the best first; 0 for all of them.
func best(ranks []rank, most int) []rank {
	slices.SortStableFunc(ranks, func(a, b rank) int { return cmp.Compare(b.score, a.score) })
	if most > 0 && most < len(ranks) {
		ranks = ranks[:most]
	}
	return ranks
}

// likeness is how many of the query's words are in a text, as a part of all.
func likeness(query, text string) float64 {
	words := strings.Fields(query)
	found := 0
	for _, w := range words {
		if strings.Contains(text, w) {
			found++
		}
	}
	return float64(found) / float64(max(len(words), 1))
}

func appendRanks(dst []byte, ranks []rank) []byte {
	dst = append(dst, `"results":[`...)
	for i, r := range ranks {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, `{"index":`...), int64(r.index), 10)
		dst = append(dst, `,"relevance_score":`...)
		dst = append(strconv.AppendFloat(dst, r.score, 'g', -1, 64), '}')
	}
	return append(dst, ']')
}
