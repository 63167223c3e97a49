package edge

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// azureRoutes are those of Azure's SDK with a deployment in the path; its other
// ones are OpenAI's. The api-version in the query says nothing here.
var azureRoutes = []Route{
	{Method: "POST", Path: "/openai/deployments/{deployment}/chat/completions", Op: api.OpChat, codec: codecs.OpenAI, Home: "azure"},
	{Method: "POST", Path: "/openai/deployments/{deployment}/completions", Op: api.OpCompletion, codec: codecs.OpenAI, Home: "azure"},
	{Method: "POST", Path: "/openai/deployments/{deployment}/embeddings", Op: api.OpEmbedding, codec: codecs.OpenAI, Home: "azure"},
	{Method: "POST", Path: "/openai/deployments/{deployment}/images/generations", Op: api.OpImageGeneration, codec: codecs.OpenAI, Home: "azure", relay: relayModel},
	{Method: "POST", Path: "/openai/deployments/{deployment}/images/edits", Op: api.OpImageEdit, codec: codecs.OpenAI, Home: "azure", relay: relayModel},
	{Method: "POST", Path: "/openai/deployments/{deployment}/audio/speech", Op: api.OpSpeech, codec: codecs.OpenAI, Home: "azure", relay: relayModel},
	{Method: "POST", Path: "/openai/deployments/{deployment}/audio/transcriptions", Op: api.OpTranscription, codec: codecs.OpenAI, Home: "azure", relay: relayModel},
	{Method: "POST", Path: "/openai/deployments/{deployment}/audio/translations", Op: api.OpTranslation, codec: codecs.OpenAI, Home: "azure", relay: relayModel},
}
