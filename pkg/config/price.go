package config

import (
	"path"
	"regexp"
)

// PriceOverride is what tokens of some of a provider's models cost, instead of what
// the catalogue says. Prices are in dollars for one token.
type PriceOverride struct {
	ModelPattern string   `json:"model_pattern,omitempty" required:"true" doc:"Which models. What match_type says."`
	MatchType    string   `json:"match_type,omitempty" enum:"exact,wildcard,regex" default:"exact" doc:"How model_pattern is read: the name; * for any text and ? for any character; a regular expression that is found in the name."`
	Input        *float64 `json:"input_cost_per_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input."`
	Output       *float64 `json:"output_cost_per_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of output."`
	CacheRead    *float64 `json:"cache_read_input_token_cost,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input that is read from a cache. Default: as other input."`
	CacheWrite   *float64 `json:"cache_creation_input_token_cost,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of input that is written to a cache. Default: as other input."`
	AudioIn      *float64 `json:"input_cost_per_audio_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of sound that is sent. Default: as other input."`
	AudioOut     *float64 `json:"output_cost_per_audio_token,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a token of sound in the answer. Default: as other output."`
	Search       *float64 `json:"input_cost_per_query,omitempty" minimum:"0" maximum:"0.01" doc:"Dollars for a search unit of a rerank."`

	RequestTypes Unused `json:"request_types,omitzero" kind:"array" doc:"Operations that the price is for."`
	Name         Unused `json:"name,omitzero" kind:"string" doc:"Name as Bifrost exports it."`
	ID           Unused `json:"id,omitzero" doc:"Number as Bifrost exports it."`
}

// Values of PriceOverride.MatchType.
const (
	MatchExact    = "exact"
	MatchWildcard = "wildcard"
	MatchRegex    = "regex"
)

func (c *checker) prices(at string, all []PriceOverride) {
	for i := range all {
		o := &all[i]
		var err error
		switch o.MatchType {
		case MatchRegex:
			_, err = regexp.Compile(o.ModelPattern)
		case MatchWildcard:
			_, err = path.Match(o.ModelPattern, "")
		}
		if err != nil {
			c.problem(child(element(at, i), "model_pattern"), "%s", err)
		}
	}
}
