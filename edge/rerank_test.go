package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestARerankHasOneFormWhicheverProviderSorts(t *testing.T) {
	sent := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- x.URL.Path + " " + string(x.BodyBytes)
		if x.URL.Path == "/v2/rerank" {
			x.JSON(200, `{"id":"c","results":[{"index":2,"relevance_score":0.9}],"meta":{"billed_units":{"search_units":1}}}`)
			return
		}
		// SGLang answers with a bare list, all of it, in the order of the request.
		x.JSON(200, `[{"score":0.1,"index":0,"document":"a"},{"score":0.2,"index":1,"document":"b"},{"score":0.9,"index":2,"document":"c"},{"score":1,"index":9}]`)
	})
	one := config.Provider{Network: config.Network{BaseURL: up.URL + "/v1"}, Keys: []config.Key{{Value: "sk-1", Weight: 1}}}
	d := open(t, &config.Config{Providers: map[string]config.Provider{"sgl": one, "cohere": one}})

	const rest = `,"query":"q","documents":["a","b",{"text":"c","n":1}],"top_n":1,"return_documents":true}`
	res := d.post(t, "/v1/rerank", `{"model":"sgl/m"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, `/v1/rerank {"model":"m","query":"q","documents":["a","b",{"text":"c","n":1}],"top_n":1}`, <-sent)
	require.Contains(t, res.Body, `"results":[{"index":2,"relevance_score":0.9,"document":{"text":"c","n":1}}]`)

	res = d.post(t, "/v1/rerank", `{"model":"cohere/m"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, `/v2/rerank {"model":"m","query":"q","documents":["a","b","c"],"top_n":1}`, <-sent)
	require.JSONEq(t, `{"id":"c","model":"m","results":[{"index":2,"relevance_score":0.9,"document":{"text":"c","n":1}}],
		"usage":{"prompt_tokens":0,"total_tokens":0},"meta":{"billed_units":{"search_units":1}}}`, res.Body)

	res = d.post(t, "/cohere/v2/rerank", `{"model":"sgl/m"`+rest)
	require.Equal(t, 200, res.Status, res.Body)
	<-sent
	require.Contains(t, res.Body, `"results":[{"index":2,"relevance_score":0.9}],"meta":{"api_version":{"version":"2"}`)

	res = d.post(t, "/v1/rerank", `{"model":"sgl/m","documents":["a"]}`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, "missing_query")
}

func TestGoogleRanksAndIsAskedToRank(t *testing.T) {
	sent := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- x.URL.Path + " " + string(x.BodyBytes)
		if x.URL.Path == "/v1/rerank" {
			x.JSON(200, `[{"score":0.1,"index":0},{"score":0.9,"index":1}]`)
			return
		}
		x.JSON(200, `{"records":[{"id":"1","score":0.9},{"id":"0","score":0.1}]}`)
	})
	at := config.Network{BaseURL: up.URL}
	d := open(t, &config.Config{Providers: map[string]config.Provider{
		"sgl":    {Network: at, Keys: []config.Key{{Value: "sk-1", Weight: 1}}},
		"vertex": {Network: at, Keys: []config.Key{{Value: "k", Weight: 1, Vertex: &config.Vertex{ProjectID: "p", Region: "us-east5"}}}},
	}})
	const place = "/v1/projects/p/locations/global/rankingConfigs/default_ranking_config:rank "

	res := d.post(t, "/v1/rerank", `{"model":"vertex/semantic-ranker-default-003","query":"q","documents":["a","b"],"top_n":1,"return_documents":true}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, place+`{"model":"semantic-ranker-default-003","query":"q","records":[{"id":"0","content":"a"},{"id":"1","content":"b"}],"topN":1,"ignoreRecordDetailsInResponse":true}`, <-sent)
	require.Contains(t, res.Body, `"results":[{"index":1,"relevance_score":0.9,"document":{"text":"b"}}]`)

	const records = `"query":"q","records":[{"id":"x","title":"T","content":"a"},{"id":"y","content":"b"}]`
	res = d.post(t, "/genai/v1/rank", `{"model":"sgl/m",`+records+`,"topN":1}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, `/v1/rerank {"model":"m","query":"q","documents":["T\na","b"],"top_n":1}`, <-sent)
	require.JSONEq(t, `{"records":[{"id":"y","content":"b","score":0.9}]}`, res.Body)

	res = d.post(t, "/genai/v1/rank", `{"model":"semantic-ranker-default-003",`+records+`}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, place+`{"model":"semantic-ranker-default-003",`+records+`}`, <-sent, "as it is")

	res = d.post(t, "/genai/v1/rank", `{"model":"sgl/m"}`)
	require.Equal(t, 400, res.Status)
	require.Contains(t, res.Body, "INVALID_ARGUMENT")
}
