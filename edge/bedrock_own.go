package edge

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// bedrockOwn is where AWS has what nobody translates: jobs, the objects in S3 that they
// read and write, lists of models, reranking in Bedrock's own form.
var bedrockOwn = Route{Path: bedrockPrefix + "/{path}", codec: codecs.Bedrock, Home: "bedrock", relay: relayWhole}

// bedrockCollections are the first parts of such paths.
var bedrockCollections = map[string]api.Op{
	"model-invocation-job": api.OpBatch, "model-invocation-jobs": api.OpBatch, "files": api.OpFile,
	"foundation-models": api.OpPassthrough, "inference-profiles": api.OpPassthrough, "rerank": api.OpPassthrough,
}

// matchBedrockOwn finds such a path, behind the prefix.
func matchBedrockOwn(path string, h *dialect.Head) *Route {
	collection, _, _ := strings.Cut(path, "/")
	op, ok := bedrockCollections[collection]
	if !ok || !ownPath(strings.TrimSuffix(path, "/"), true) {
		return nil
	}
	h.Op = op
	return &bedrockOwn
}
