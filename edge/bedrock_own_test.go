package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestJobsAndFilesOfBedrockReachAWSSignedForEachService(t *testing.T) {
	var got *upstreamtest.Exchange
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		got = x
		x.JSON(200, `{"jobArn":"arn"}`)
	})
	d := open(t, &config.Config{Providers: map[string]config.Provider{"bedrock": {
		Network: config.Network{BaseURL: up.URL},
		Keys:    []config.Key{{Weight: 1, Bedrock: &config.Bedrock{Region: "eu-west-1", AccessKey: "AKIA", SecretKey: "s3cret"}}},
	}}})
	for path, want := range map[string]struct{ uri, service string }{
		"/bedrock/model-invocation-job":                                       {"/model-invocation-job", "bedrock"},
		"/bedrock/model-invocation-job/arn%3Aaws%3Abedrock%3Aeu%3A1%2Fj/stop": {"/model-invocation-job/arn%3Aaws%3Abedrock%3Aeu%3A1%2Fj/stop", "bedrock"},
		"/bedrock/rerank": {"/rerank", "bedrock"},
		"/bedrock/files/bucket/in/put.jsonl?partNumber=1": {"/bucket/in/put.jsonl?partNumber=1", "s3"},
	} {
		res := d.post(t, path, `{"x":1}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, want.uri, up.LastURI())
		require.Contains(t, got.Header.Get("Authorization"), "/eu-west-1/"+want.service+"/aws4_request")
		require.Equal(t, want.service == "s3", got.Header.Get("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD")
		require.Equal(t, `{"x":1}`, string(got.BodyBytes))
	}
	res := d.post(t, "/bedrock/files/bucket/large", strings.Repeat("x", 400_000), "Content-Type: application/octet-stream")
	require.Equal(t, 200, res.Status, res.Body)
	require.Len(t, got.BodyBytes, 400_000, "which is not held, and so not part of the signature")
	require.Equal(t, 200, do(t, "GET", d.URL("/bedrock/foundation-models?byProvider=x"), "").Status)
	hits := up.Hits()
	for _, path := range []string{"/bedrock/nothing", "/bedrock/files/../x", "/bedrock/files/b/%2e%2e/x"} {
		require.Equal(t, 404, do(t, "GET", d.URL(path), "").Status, path)
	}
	require.Equal(t, hits, up.Hits())
}
