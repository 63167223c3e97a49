package edge

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// bedrockPrefix is what AWS's SDKs are given behind the gateway's address. Without it
// they are served too.
const bedrockPrefix = "/bedrock"

// bedrockRoutes are those of Amazon Bedrock's runtime.
var bedrockRoutes = slices.Concat(bedrockBelow(bedrockPrefix), bedrockBelow(""))

func bedrockBelow(base string) []Route {
	return []Route{
		{Method: "POST", Path: base + "/model/{model}/converse", Op: api.OpChat, codec: codecs.Bedrock, Home: "bedrock"},
		{Method: "POST", Path: base + "/model/{model}/converse-stream", Op: api.OpChat, codec: codecs.Bedrock, Home: "bedrock", Stream: true},
		{Method: "POST", Path: base + "/model/{model}/invoke", Op: api.OpChat, codec: codecs.BedrockInvoke, Home: "bedrock"},
		{Method: "POST", Path: base + "/model/{model}/invoke-with-response-stream", Op: api.OpChat, codec: codecs.BedrockInvoke, Home: "bedrock", Stream: true},
		{Method: "POST", Path: base + "/model/{model}/count-tokens", Op: api.OpCountTokens, codec: codecs.Bedrock, Home: "bedrock"},
	}
}
