package control

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// modelParameter is one that a model takes in a request for a chat.
type modelParameter struct {
	ID      string          `json:"id" example:"temperature"`
	Label   string          `json:"label"`
	Type    string          `json:"type" enum:"number,boolean,text,select,array"`
	Range   *parameterRange `json:"range,omitempty" doc:"Of a number."`
	Options []string        `json:"options,omitempty" doc:"Of a select."`
}

type parameterRange struct {
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	Step float64 `json:"step"`
}

type modelParametersInput struct {
	Model string `query:"model" required:"true" minLength:"1" maxLength:"512" doc:"A model of the catalogue, with or without its provider."`
}

type modelParametersOutput struct {
	Body struct {
		Model      string           `json:"model"`
		Provider   string           `json:"provider" doc:"Of several that sell it, the one that the name says, else the first."`
		Parameters []modelParameter `json:"model_parameters"`
		ModelAbilities
	}
}

// ModelAbilities say what a model can; of what is absent nothing is known.
type ModelAbilities struct {
	Tools         *bool `json:"supports_function_calling,omitempty"`
	Image         *bool `json:"supports_vision,omitempty"`
	Audio         *bool `json:"supports_audio_input,omitempty"`
	Video         *bool `json:"supports_video_input,omitempty"`
	File          *bool `json:"supports_pdf_input,omitempty"`
	Schema        *bool `json:"supports_response_schema,omitempty"`
	Reasoning     *bool `json:"supports_reasoning,omitempty"`
	PromptCaching *bool `json:"supports_prompt_caching,omitempty"`
}

func (c *Control) modelParameters(_ context.Context, in *modelParametersInput) (*modelParametersOutput, error) {
	seller, name, m := catalogued(in.Model)
	if m == nil {
		return nil, refuse(http.StatusNotFound, "not_found", "The catalogue does not know this model.", Detail{"query.model", in.Model})
	}
	out := &modelParametersOutput{}
	out.Body.Model, out.Body.Provider = name, seller.Name
	out.Body.ModelAbilities = abilitiesOf(m)
	out.Body.Parameters = chatParameters(seller, m)
	return out, nil
}

// catalogued finds a model by a name that may begin with its provider.
func catalogued(name string) (*provider.Provider, string, *catalog.Model) {
	table := catalog.BuiltIn()
	first, rest, qualified := strings.Cut(name, "/")
	for i := range provider.Table {
		p := &provider.Table[i]
		if qualified && p.Name == first {
			return p, rest, table.Model(p.Name, rest)
		}
	}
	for i := range provider.Table {
		p := &provider.Table[i]
		if m := table.Model(p.Name, name); m != nil {
			return p, name, m
		}
	}
	return nil, "", nil
}

func abilitiesOf(m *catalog.Model) ModelAbilities {
	says := func(a catalog.Abilities) *bool {
		switch can, cannot := m.Can&a != 0, m.Cannot&a != 0; {
		case can, cannot:
			return &can
		default:
			return nil
		}
	}
	a := ModelAbilities{
		Tools: says(catalog.Tools), Image: says(catalog.Image), Audio: says(catalog.Audio), Video: says(catalog.Video),
		File: says(catalog.File), Schema: says(catalog.Schema), Reasoning: says(catalog.Reasoning),
	}
	if m.Price != nil {
		cheaper := m.Price.CacheRead < m.Price.Input
		a.PromptCaching = &cheaper
	}
	return a
}

// chatParameters are those of chats, in OpenAI's words, that the provider does not refuse and
// the model has a use for. How long an answer may be is bounded by the model.
func chatParameters(p *provider.Provider, m *catalog.Model) []modelParameter {
	number := func(id, label string, low, high, step float64) modelParameter {
		return modelParameter{ID: id, Label: label, Type: "number", Range: &parameterRange{low, high, step}}
	}
	longest := m.MaxOutput
	if longest == 0 {
		longest = max(m.Context, 1)
	}
	all := []modelParameter{
		number("max_completion_tokens", "Longest answer, in tokens", 1, float64(longest), 1),
		number("temperature", "Temperature", 0, 2, 0.01),
		number("top_p", "Top P", 0, 1, 0.01),
		number("presence_penalty", "Presence penalty", -2, 2, 0.01),
		number("frequency_penalty", "Frequency penalty", -2, 2, 0.01),
		{ID: "seed", Label: "Seed", Type: "number"},
		{ID: "stop", Label: "Stop sequences", Type: "array"},
		{ID: "stream", Label: "Stream", Type: "boolean"},
	}
	if m.Can&catalog.Tools != 0 {
		all = append(all, modelParameter{ID: "tools", Label: "Tools", Type: "array"}, modelParameter{ID: "tool_choice", Label: "Tool choice", Type: "select", Options: []string{"auto", "none", "required"}})
	}
	if m.Can&catalog.Schema != 0 {
		all = append(all, modelParameter{ID: "response_format", Label: "Form of the answer", Type: "select", Options: []string{"text", "json_object", "json_schema"}})
	}
	if m.Can&catalog.Reasoning != 0 {
		all = append(all, modelParameter{ID: "reasoning_effort", Label: "Effort of reasoning", Type: "select", Options: []string{"low", "medium", "high"}})
	}
	if diet := p.Quirks.Diet; diet != nil {
		all = slices.DeleteFunc(all, func(one modelParameter) bool { return slices.Contains(diet.Refused, one.ID) })
	}
	return all
}
