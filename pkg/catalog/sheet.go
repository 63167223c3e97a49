package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
)

// sheetRow is a model in the JSON sheets that LiteLLM and Bifrost publish: an object
// by model's name, prices in dollars for one token.
// https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
type sheetRow struct {
	LiteLLM  string `json:"litellm_provider"`
	Provider string `json:"provider"`

	MaxInput  float64 `json:"max_input_tokens"`
	MaxOutput float64 `json:"max_output_tokens"`

	Input       *float64 `json:"input_cost_per_token"`
	CacheRead   *float64 `json:"cache_read_input_token_cost"`
	CacheWrite  *float64 `json:"cache_creation_input_token_cost"`
	AudioIn     *float64 `json:"input_cost_per_audio_token"`
	ImageIn     *float64 `json:"input_cost_per_image_token"`
	Output      *float64 `json:"output_cost_per_token"`
	Reasoning   *float64 `json:"output_cost_per_reasoning_token"`
	AudioOut    *float64 `json:"output_cost_per_audio_token"`
	ImageOut    *float64 `json:"output_cost_per_image_token"`
	Long128In   *float64 `json:"input_cost_per_token_above_128k_tokens"`
	Long128Out  *float64 `json:"output_cost_per_token_above_128k_tokens"`
	Long200In   *float64 `json:"input_cost_per_token_above_200k_tokens"`
	Long200Out  *float64 `json:"output_cost_per_token_above_200k_tokens"`
	Long200Read *float64 `json:"cache_read_input_token_cost_above_200k_tokens"`
	Long272In   *float64 `json:"input_cost_per_token_above_272k_tokens"`
	Long272Out  *float64 `json:"output_cost_per_token_above_272k_tokens"`
	Long272Read *float64 `json:"cache_read_input_token_cost_above_272k_tokens"`

	Image     *float64 `json:"output_cost_per_image"`
	Query     *float64 `json:"input_cost_per_query"`
	Character *float64 `json:"input_cost_per_character"`
	SecondIn  *float64 `json:"input_cost_per_second"`
	SecondOut *float64 `json:"output_cost_per_second"`

	Tools  *bool `json:"supports_function_calling"`
	Vision *bool `json:"supports_vision"`
	Sound  *bool `json:"supports_audio_input"`
	Video  *bool `json:"supports_video_input"`
	PDF    *bool `json:"supports_pdf_input"`
	Schema *bool `json:"supports_response_schema"`
	Thinks *bool `json:"supports_reasoning"`
}

// ReadSheet reads such a sheet. A row that cannot be read is left out: those sheets
// are gathered by many hands. One without any row that can be is an error.
func ReadSheet(sheet []byte) (*Table, error) {
	var rows map[string]json.RawMessage
	if err := json.Unmarshal(sheet, &rows); err != nil {
		return nil, fmt.Errorf("read the sheet of models: %w", err)
	}
	t, n := newTable(), 0
	for name, raw := range rows {
		var row sheetRow
		if json.Unmarshal(raw, &row) != nil {
			continue
		}
		provider := row.provider()
		model, err := row.model()
		if provider == "" || err != nil {
			continue
		}
		n++
		t.add(provider, sheetName(name, provider, row.LiteLLM), model)
	}
	if n == 0 {
		return nil, fmt.Errorf("the sheet has no models")
	}
	t.sort()
	return t, nil
}

// sheetProviders are the sheets' names for providers that have another one here.
var sheetProviders = map[string]string{
	"bedrock_converse": "bedrock", "fireworks_ai": "fireworks", "together_ai": "together", "cohere_chat": "cohere",
	"nvidia_nim": "nvidia", "runwayml": "runway", "lambda_ai": "lambda", "hosted_vllm": "vllm", "github_copilot": "",
}

// provider is the row's provider by the name it has here.
func (r *sheetRow) provider() string {
	name := r.Provider
	if name == "" {
		name = r.LiteLLM
	}
	if strings.HasPrefix(name, "vertex_ai") {
		return "vertex"
	}
	if here, ok := sheetProviders[name]; ok {
		return here
	}
	return name
}

// sheetName is a model's name without the provider that may stand before it.
func sheetName(name string, before ...string) string {
	for _, p := range before {
		if rest, ok := strings.CutPrefix(name, p+"/"); ok && p != "" {
			return rest
		}
	}
	return strings.TrimPrefix(name, "vertex_ai/")
}

func (r *sheetRow) model() (*Model, error) {
	m := &Model{Context: sheetTokens(r.MaxInput), MaxOutput: sheetTokens(r.MaxOutput)}
	for _, can := range [...]struct {
		said *bool
		what Abilities
	}{{r.Tools, Tools}, {r.Vision, Image}, {r.Sound, Audio}, {r.Video, Video}, {r.PDF, File}, {r.Schema, Schema}, {r.Thinks, Reasoning}} {
		switch {
		case can.said == nil:
		case *can.said:
			m.Can |= can.what
		default:
			m.Cannot |= can.what
		}
	}
	var err error
	m.Price, err = r.price()
	return m, err
}

func sheetTokens(n float64) int64 {
	if n >= 1 && n <= maxTokens {
		return int64(n)
	}
	return 0
}

// price makes the row's price of what it states of it; nil if that is nothing.
func (r *sheetRow) price() (*Price, error) {
	var all []Stated
	for _, s := range [...]struct {
		name  string
		said  *float64
		scale float64
	}{
		{"in", r.Input, 1e6},
		{"cached", r.CacheRead, 1e6},
		{"write", r.CacheWrite, 1e6},
		{"audioin", r.AudioIn, 1e6},
		{"imagein", r.ImageIn, 1e6},
		{"out", r.Output, 1e6},
		{"reason", r.Reasoning, 1e6},
		{"audioout", r.AudioOut, 1e6},
		{"imageout", r.ImageOut, 1e6},
		{"long.in", first(r.Long272In, r.Long200In, r.Long128In), 1e6},
		{"long.out", first(r.Long272Out, r.Long200Out, r.Long128Out), 1e6},
		{"long.cached", first(r.Long272Read, r.Long200Read), 1e6},
		{"image", r.Image, 1},
		{"unit", first(r.Query, r.Character, r.SecondIn, r.SecondOut), 1},
	} {
		if s.said != nil {
			all = append(all, Stated{s.name, *s.said * s.scale})
		}
	}
	switch {
	case r.Long272In != nil:
		all = append(all, Stated{"long", 272_000})
	case r.Long200In != nil:
		all = append(all, Stated{"long", 200_000})
	case r.Long128In != nil:
		all = append(all, Stated{"long", 128_000})
	}
	return NewPrice(all)
}

// first returns the first that is there and not zero, else any that is there.
func first(of ...*float64) *float64 {
	var zero *float64
	for _, v := range of {
		if v != nil && *v != 0 {
			return v
		}
		if v != nil {
			zero = v
		}
	}
	return zero
}
