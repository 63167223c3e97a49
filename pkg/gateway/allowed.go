package gateway

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
)

// namedRequest is a key of allowed_requests, and of request_path_overrides.
type namedRequest struct {
	name   string
	op     api.Op
	stream bool
}

// namedRequests are the keys that there is an operation for. The form that is streamed
// is allowed by itself.
var namedRequests = []namedRequest{
	{"chat_completion", api.OpChat, false},
	{"chat_completion_stream", api.OpChat, true},
	{"responses", api.OpChat, false},
	{"responses_stream", api.OpChat, true},
	{"text_completion", api.OpCompletion, false},
	{"text_completion_stream", api.OpCompletion, true},
	{"embedding", api.OpEmbedding, false},
	{"rerank", api.OpRerank, false},
	{"realtime", api.OpRealtime, false},
	{"count_tokens", api.OpCountTokens, false},
	{"list_models", api.OpModels, false},
	{"moderation", api.OpModeration, false},
	{"image_generation", api.OpImageGeneration, false},
	{"image_generation_stream", api.OpImageGeneration, true},
	{"image_edit", api.OpImageEdit, false},
	{"image_edit_stream", api.OpImageEdit, true},
	{"image_variation", api.OpImageVariation, false},
	{"speech", api.OpSpeech, false},
	{"speech_stream", api.OpSpeech, true},
	{"transcription", api.OpTranscription, false},
	{"transcription_stream", api.OpTranscription, true},
	{"translation", api.OpTranslation, false},
	{"video_generation", api.OpVideo, false},
	{"file_upload", api.OpFile, false},
	{"batch_create", api.OpBatch, false},
	{"container_create", api.OpContainer, false},
	{"passthrough", api.OpPassthrough, false},
}

// allowedOps returns the operations that a provider is asked for, and those that
// are asked for as a stream: what it offers, as far as a custom one's
// allowed_requests lets it.
func allowedOps(offers api.Ops, pc *config.Provider) (whole, streams api.Ops) {
	if pc.Custom == nil || pc.Custom.AllowedRequests == nil {
		return offers, offers
	}
	for _, r := range namedRequests {
		switch {
		case !pc.Custom.AllowedRequests[r.name] || !offers.Has(r.op):
		case r.stream:
			streams |= api.OpsOf(r.op)
		default:
			whole |= api.OpsOf(r.op)
		}
	}
	return whole, streams
}

// allows says whether the provider is asked for an operation. One that does not
// count tokens has them estimated.
func (p *Provider) allows(op api.Op, stream bool) bool {
	if stream {
		return p.streams.Has(op)
	}
	return p.Ops.Has(op) || op == api.OpCountTokens && (p.Ops|p.streams).Has(api.OpChat)
}
