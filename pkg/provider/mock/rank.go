package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

type rankedRecord struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Content string `json:"content"`
}

// discoveryRank is rank of Google's Discovery Engine:
// https://cloud.google.com/generative-ai-app-builder/docs/ranking
func (s *Server) discoveryRank(c *call) {
	var r struct {
		Model   string         `json:"model"`
		Query   string         `json:"query"`
		Records []rankedRecord `json:"records"`
		Top     int            `json:"topN"`
		Bare    bool           `json:"ignoreRecordDetailsInResponse"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	switch {
	case err != nil:
	case len(r.Records) == 0:
		err = badRequest("Request contains an invalid argument.")
	}
	ranks := make([]rank, 0, len(r.Records))
	for i, record := range r.Records {
		if record.Title == "" && record.Content == "" && err == nil {
			err = badRequest("At least one of title and content should be set.")
		}
		ranks = append(ranks, rank{i, likeness(r.Query, record.Title+" "+record.Content)})
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	dst := []byte(`{"records":[`)
	for i, k := range best(ranks, r.Top) {
		if i > 0 {
			dst = append(dst, ',')
		}
		record := r.Records[k.index]
		dst = jsonx.AppendString(append(dst, `{"id":`...), record.ID)
		if !r.Bare {
			dst = jsonx.AppendString(append(dst, `,"title":`...), record.Title)
			dst = jsonx.AppendString(append(dst, `,"content":`...), record.Content)
		}
		dst = append(strconv.AppendFloat(append(dst, `,"score":`...), k.score, 'g', -1, 64), '}')
	}
	c.whole(s, typeJSON, append(dst, `]}`...))
}
