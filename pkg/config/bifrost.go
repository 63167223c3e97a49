package config

import (
	"reflect"
	"slices"
)

// bifrostProviders are the built-in providers of Bifrost (transports 1.4 to 2.2).
var bifrostProviders = []string{
	"anthropic", "azure", "bedrock", "bedrock_mantle", "cerebras", "cohere", "deepgram", "deepseek",
	"elevenlabs", "fireworks", "gemini", "groq", "huggingface", "mistral", "nebius", "ollama", "openai",
	"opencode-go", "opencode-zen", "openrouter", "parasail", "perplexity", "replicate", "runware",
	"runway", "sarvam", "sgl", "vertex", "vllm", "xai",
}

// setAside takes out of the tree the providers that Bifrost has and this
// version has not, so that a file that lists many works for those that it can.
// They are checked like the others, but what they refer to may be missing.
func (d *decoder) setAside(root *node) {
	providers := root.get("providers")
	if d.options.known == nil || providers == nil {
		return
	}
	var kept []member
	for _, m := range providers.members {
		if !d.isUnserved(m) {
			kept = append(kept, m)
			continue
		}
		path := child("providers", m.key)
		d.note(path, m.at, "this provider is not served by this version")
		d.off++
		var p Provider
		d.section(m.value, reflect.ValueOf(&p).Elem(), path)
		d.off--
	}
	providers.members = kept
}

// isUnserved says whether a provider, or the base of a custom one, is Bifrost's
// but not ours.
func (d *decoder) isUnserved(m member) bool {
	name := m.key
	if custom := m.value.get("custom_provider_config"); custom != nil && custom.kind == objectKind {
		base := custom.get("base_provider_type")
		if base == nil {
			return false
		}
		name = base.text
	}
	return !d.options.known(name) && slices.Contains(bifrostProviders, name)
}

// requestNames are the keys of allowed_requests.
var requestNames = []string{
	"list_models", "text_completion", "text_completion_stream", "chat_completion", "chat_completion_stream",
	"responses", "responses_stream", "count_tokens", "embedding", "rerank", "ocr", "speech", "speech_stream",
	"transcription", "transcription_stream", "image_generation", "image_generation_stream", "image_edit",
	"image_edit_stream", "image_variation", "video_generation", "video_retrieve", "video_download",
	"video_delete", "video_list", "video_remix", "batch_create", "batch_list", "batch_retrieve",
	"batch_cancel", "batch_delete", "batch_results", "file_upload", "file_list", "file_retrieve",
	"file_delete", "file_content", "container_create", "container_list", "container_retrieve",
	"container_delete", "container_file_create", "container_file_list", "container_file_retrieve",
	"container_file_content", "container_file_delete", "passthrough", "passthrough_stream",
	"websocket_responses", "realtime",
}
