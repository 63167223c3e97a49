package openai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestARerankIsReadAndWritten(t *testing.T) {
	body := []byte(`{"model":"m","query":"q","documents":["a",{"text":"b","id":7}],"top_n":1,"return_documents":true,"rank_fields":["text"],"drop_params":true}`)
	h := dialect.Head{Op: api.OpRerank}
	require.Nil(t, Codec.Peek(&h, body))
	var r api.Request
	require.Nil(t, Codec.DecodeRequest(&h, body, &r))
	require.Equal(t, api.Rerank{
		Query: "q", Documents: []api.Document{{Text: "a"}, {Text: "b", Raw: api.JSON(`{"text":"b","id":7}`)}},
		Top: api.Some[int64](1), Return: api.Some(true),
	}, r.Rerank)
	out, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
	require.Nil(t, err)
	require.JSONEq(t, `{"model":"m","query":"q","documents":["a",{"text":"b","id":7}],"top_n":1,"rank_fields":["text"]}`, string(out))
}

func TestRanksAreReadInTheFormsThatProvidersHave(t *testing.T) {
	want := []api.Rank{{Index: 1, Score: 0.9}, {Index: 0, Score: 0.1}}
	for what, body := range map[string]string{
		"vLLM":     `{"id":"1","model":"m","usage":{"total_tokens":7},"results":[{"index":1,"document":{"text":"b"},"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}`,
		"Together": `{"object":"rerank","id":"1","model":"m","results":[{"index":1,"relevance_score":0.9,"document":{}},{"index":0,"relevance_score":0.1}],"usage":{"prompt_tokens":7,"completion_tokens":0,"total_tokens":7}}`,
		"SGLang":   `[{"score":0.9,"document":"b","index":1,"meta_info":{"prompt_tokens":7}},{"score":0.1,"document":"a","index":0}]`,
	} {
		t.Run(what, func(t *testing.T) {
			var r api.Response
			require.Nil(t, Codec.DecodeResponse(api.OpRerank, []byte(body), &r))
			require.Equal(t, want, r.Ranks)
			require.Equal(t, what != "SGLang", r.Usage.Known)
			_, err := Codec.Inspect(api.OpRerank, []byte(body))
			require.Nil(t, err)
		})
	}
	for what, body := range map[string]string{
		"no results": `{"id":"1"}`, "a rank without score": `{"results":[{"index":1}]}`, "an error": `{"error":{"message":"no"}}`, "half a list": `[{"score":1`,
	} {
		var r api.Response
		require.NotNil(t, Codec.DecodeResponse(api.OpRerank, []byte(body), &r), what)
	}
}

func TestARerankWithoutItsFieldsIsRefused(t *testing.T) {
	for body, param := range map[string]string{
		`{"query":"q","documents":["a"]}`:            "model",
		`{"model":"m","documents":["a"]}`:            "query",
		`{"model":"m","query":7,"documents":["a"]}`:  "query",
		`{"model":"m","query":"q","documents":"a"}`:  "documents",
		`{"model":"m","query":"q","documents":[ ]}`:  "documents",
		`{"model":"m","query":"q","Documents":[[]]}`: "documents",
	} {
		err := Codec.Peek(&dialect.Head{Op: api.OpRerank}, []byte(body))
		require.NotNil(t, err, body)
		require.Equal(t, param, err.Param, body)
	}
}
