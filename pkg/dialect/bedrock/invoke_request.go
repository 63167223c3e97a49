package bedrock

import (
	"regexp"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeNova reads Nova's own form, which is Converse's but for some names.
func decodeNova(v jsonx.Value, r *api.Request) *api.Error {
	for key, m := range v.Members() {
		var err *api.Error
		switch key {
		case "schemaVersion":
		case "inferenceConfig":
			err = decodeKnobs(m, inInference, r)
		default:
			err = decodeMember(key, m, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decodeKnobs reads how to generate, by any of the names that makers have for it.
func decodeKnobs(v jsonx.Value, path string, r *api.Request) *api.Error {
	if err := take.WantObject(v, strings.TrimSuffix(path, "."), "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		var err *api.Error
		switch s, param := &r.Sampling, path+key; key {
		case "maxTokens", "max_new_tokens", "max_gen_len", "max_tokens", "maxTokenCount":
			err = take.Int(m, param, &s.MaxTokens)
		case "temperature":
			err = take.Float(m, param, &s.Temperature)
		case "topP", "top_p":
			err = take.Float(m, param, &s.TopP)
		case "topK", "top_k":
			err = take.Int(m, param, &s.TopK)
		case "stopSequences", "stop":
			err = take.Strings(m, param, &s.Stop)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decodePrompt reads the forms that have one text: it is what the user says.
func decodePrompt(f form, v jsonx.Value, r *api.Request) *api.Error {
	key, knobs, path := "prompt", v, ""
	if f == formTitanText {
		key, knobs, path = "inputText", v.Get("textGenerationConfig"), "textGenerationConfig."
	}
	var said string
	if err := take.String(v.Get(key), key, &said); err != nil {
		return err
	}
	if strings.TrimSpace(said) == "" {
		return take.Invalid("missing_messages", key, "The text must not be empty.")
	}
	r.Messages = append(r.Messages, api.Message{Parts: []api.Part{{Text: instruction(said)}}})
	return decodeKnobs(knobs, path, r)
}

// templates are the ways in which one instruction is written for a model that completes
// text: Mistral's and Llama 2's, Llama 3's, Titan's.
var templates = [...]*regexp.Regexp{
	regexp.MustCompile(`(?s)^\s*(?:<s>)?\s*\[INST\](.*?)\[/INST\]\s*$`),
	regexp.MustCompile(`(?s)^\s*(?:<\|begin_of_text\|>)?<\|start_header_id\|>user<\|end_header_id\|>(.*?)<\|eot_id\|>\s*<\|start_header_id\|>assistant<\|end_header_id\|>\s*$`),
	regexp.MustCompile(`(?s)^\s*User:(.*?)\n\s*Bot:\s*$`),
}

// instruction takes one instruction out of its template. A text with more than that in
// it stays as it is.
func instruction(said string) string {
	for _, t := range templates {
		if m := t.FindStringSubmatch(said); m != nil && strings.TrimSpace(m[1]) != "" {
			return strings.TrimSpace(m[1])
		}
	}
	return said
}

func decodeTitanEmbed(v jsonx.Value, r *api.Request) *api.Error {
	r.ExtraOf = name
	for key, m := range v.Members() {
		var err *api.Error
		switch key {
		case "fallbacks":
		case "inputText":
			var said string
			err = take.String(m, key, &said)
			r.Inputs = append(r.Inputs, api.Input{Text: said})
		case "dimensions":
			err = take.Int(m, key, &r.Embedding.Dimensions)
		default:
			r.Extra = extra(r.Extra, atTop, key, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func decodeCohereEmbed(v jsonx.Value, r *api.Request) *api.Error {
	var texts []string
	if err := take.Strings(v.Get("texts"), "texts", &texts); err != nil {
		return err
	}
	if len(texts) == 0 {
		return take.Invalid("missing_input", "texts", "Give the texts to embed.")
	}
	for _, said := range texts {
		r.Inputs = append(r.Inputs, api.Input{Text: said})
	}
	for google, own := range tasks {
		if own == take.Text(v, "input_type") {
			r.Embedding.Task = google
		}
	}
	return take.Int(v.Get("output_dimension"), "output_dimension", &r.Embedding.Dimensions)
}
