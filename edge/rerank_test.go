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
