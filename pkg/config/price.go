package config

import (
	"path"
	"regexp"
)

// PriceOverride is what calls of some models cost, instead of what the catalogue
// says. Prices are in dollars for one token, or for one of what else is named.
type PriceOverride struct {
	ModelPattern string   `json:"model_pattern,omitempty" required:"true" doc:"Which models. What match_type says."`
	MatchType    string   `json:"match_type,omitempty" enum:"exact,wildcard,regex" default:"exact" doc:"How model_pattern is read: the name; * for any text and ? for any character; a regular expression that is found in the name."`
	Input        *float64 `json:"input_cost_per_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input."`
	Output       *float64 `json:"output_cost_per_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of output."`
	CacheRead    *float64 `json:"cache_read_input_token_cost,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input that is read from a cache. Default: as other input."`
	CacheWrite   *float64 `json:"cache_creation_input_token_cost,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input that is written to a cache. Default: as other input."`
	AudioIn      *float64 `json:"input_cost_per_audio_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of sound that is sent. Default: as other input."`
	ImageIn      *float64 `json:"input_cost_per_image_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of an image that is sent. Default: as other input."`
	Reasoning    *float64 `json:"output_cost_per_reasoning_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of reasoning. Default: as other output."`
	AudioOut     *float64 `json:"output_cost_per_audio_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of sound in the answer. Default: as other output."`
	ImageOut     *float64 `json:"output_cost_per_image_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of an image in the answer. Default: as other output."`
	Image        *float64 `json:"output_cost_per_image,omitempty" minimum:"0" maximum:"10" doc:"Dollars for an image that is made."`
	Call         *float64 `json:"cost_per_call,omitempty" minimum:"0" maximum:"10" doc:"Dollars for a call, whatever it uses."`
	Unit         *float64 `json:"cost_per_unit,omitempty" minimum:"0" maximum:"10" doc:"Dollars for a search, a character of speech, a second of sound or video."`

	RequestTypes Unused `json:"request_types,omitzero" kind:"array" doc:"Operations that the price is for."`
	Name         Unused `json:"name,omitzero" kind:"string" doc:"Name as Bifrost exports it."`
	ID           Unused `json:"id,omitzero" doc:"Number as Bifrost exports it."`
}

// ScopedPrice is such a price for some callers or providers.
type ScopedPrice struct {
	Price        PriceOverride `json:"price,omitzero" required:"true" doc:"Which models, and what they cost."`
	Provider     string        `json:"provider,omitempty" doc:"The provider whose models are meant. Default: all."`
	VirtualKeyID string        `json:"virtual_key_id,omitempty" doc:"The virtual key, by id or name, whose calls cost this. Default: all. Such a price counts before those of keys and providers."`
}

// Values of PriceOverride.MatchType.
const (
	MatchExact    = "exact"
	MatchWildcard = "wildcard"
	MatchRegex    = "regex"
)

func (c *checker) prices(at string, all []PriceOverride) {
	for i := range all {
		c.price(element(at, i), &all[i])
	}
}

func (c *checker) price(at string, o *PriceOverride) {
	var err error
	switch o.MatchType {
	case MatchRegex:
		_, err = regexp.Compile(o.ModelPattern)
	case MatchWildcard:
		_, err = path.Match(o.ModelPattern, "")
	}
	if err != nil {
		c.problem(child(at, "model_pattern"), "%s", err)
	}
}

func (c *checker) scopedPrices(at string, all []ScopedPrice) {
	for i := range all {
		c.price(child(element(at, i), "price"), &all[i].Price)
	}
}
