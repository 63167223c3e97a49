package genai

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// The exchange is the one in Google's guide, with fewer records:
// https://cloud.google.com/generative-ai-app-builder/docs/ranking#rank_or_rerank_a_set_of_records_according_to_a_query

func TestARankIsARerank(t *testing.T) {
	body, err := os.ReadFile("testdata/rank_request.json")
	require.NoError(t, err)
	h, r := dialect.Head{Op: api.OpRerank}, api.Request{}
	require.Nil(t, Codec.Peek(&h, body))
	require.Equal(t, "semantic-ranker-default-003", h.Model)
	require.Nil(t, Codec.DecodeRequest(&h, body, &r))
	require.Equal(t, api.Rerank{
		Query: "What is Google Gemini?", Top: api.Some[int64](2),
		Documents: []api.Document{
			{Text: "Gemini\nThe Gemini zodiac symbol often depicts two figures standing side-by-side."},
			{Text: "Gemini is a cutting edge large language model created by Google."},
			{Text: "Google"},
		},
	}, r.Rerank)

	out, fault := Codec.AppendRequest(nil, &api.Request{Op: api.OpRerank, Model: "m", Rerank: r.Rerank}, &dialect.Quirks{Vertex: true})
	require.Nil(t, fault)
	require.JSONEq(t, `{"model":"m","query":"What is Google Gemini?","topN":2,"ignoreRecordDetailsInResponse":true,"records":[
		{"id":"0","content":"Gemini\nThe Gemini zodiac symbol often depicts two figures standing side-by-side."},
		{"id":"1","content":"Gemini is a cutting edge large language model created by Google."},{"id":"2","content":"Google"}]}`, string(out))

	answer, err := os.ReadFile("testdata/rank_response.json")
	require.NoError(t, err)
	var ranked api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpRerank, answer, &ranked))
	require.Equal(t, []api.Rank{{Index: 1, Score: .97}, {Index: 0, Score: .05}}, ranked.Ranks)
	require.Equal(t, api.Usage{Units: 1, Known: true}, ranked.Usage)

	require.JSONEq(t, `{"records":[
		{"id":"20","content":"Gemini is a cutting edge large language model created by Google.","score":0.97},
		{"id":"10","title":"Gemini","content":"The Gemini zodiac symbol often depicts two figures standing side-by-side.","score":0.05}]}`,
		string(Codec.AppendResponse(nil, &h, &ranked)))
	h.Form = bareRanks
	require.JSONEq(t, `{"records":[{"id":"20","score":0.97},{"id":"10","score":0.05}]}`, string(Codec.AppendResponse(nil, &h, &ranked)))
}

func TestARankThatIsNoneIsRefused(t *testing.T) {
	for body, code := range map[string]string{
		`{"records":[{"content":"x"}]}`:                         "missing_query",
		`{"query":"","records":[{"content":"x"}]}`:              "missing_query",
		`{"query":"q"}`:                                         "missing_records",
		`{"query":"q","records":[]}`:                            "missing_records",
		`{"query":"q","records":[{"content":"x"}],"Query":"p"}`: "ambiguous_field",
		`{"query":"q","records":[{"content":"x"}],"ignore_record_details_in_response":1}`:    "invalid_type",
		`{"query":"q","records":[{"content":"x"}],"topN":1,"top_n":2}`:                       "duplicate_field",
		`{"query":"q","records":[{"id":"1"}]}`:                                               "missing_content",
		`{"query":"q","records":["x"]}`:                                                      "invalid_type",
		`{"query":"q","records":[{"content":"x"}],"topN":"many"}`:                            "invalid_type",
		`{"query":"q","records":[{"content":"x"}],"ignoreRecordDetailsInResponse":"really"}`: "invalid_type",
	} {
		h := dialect.Head{Op: api.OpRerank}
		err := Codec.Peek(&h, []byte(body))
		if err == nil {
			err = Codec.DecodeRequest(&h, []byte(body), &api.Request{})
		}
		require.NotNil(t, err, body)
		require.Equal(t, code, err.Code, body)
	}
	h := dialect.Head{Op: api.OpRerank}
	require.Nil(t, Codec.Peek(&h, []byte(`{"query":"q","records":[{"content":"x"}],"ignore_record_details_in_response":true}`)))
	require.Equal(t, defaultRanker, h.Model)
	require.EqualValues(t, bareRanks, h.Form)
	for _, answer := range []string{`{}`, `{"records":[{"id":"x","score":1}]}`, `[]`, ``} {
		require.NotNil(t, Codec.DecodeResponse(api.OpRerank, []byte(answer), &api.Response{}), answer)
	}
}
