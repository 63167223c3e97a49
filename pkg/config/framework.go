package config

import (
	"strings"
	"time"
)

// Framework says where the catalogue of models comes from.
type Framework struct {
	Pricing Pricing `json:"pricing,omitzero" doc:"A newer catalogue of models: windows, abilities, prices."`
}

// Pricing is a source of the catalogue.
type Pricing struct {
	URL          string `json:"pricing_url,omitempty" doc:"Where a sheet of models is fetched: an http(s) address, or the path of a file. In LiteLLM's or Bifrost's JSON, or in the form of the built-in table. Empty: the built-in table alone."`
	SyncInterval int    `json:"pricing_sync_interval,omitempty" unit:"s" minimum:"60" default:"86400" doc:"How often it is fetched."`
	SyncedAt     string `json:"synced_at,omitempty" doc:"When it was last asked for out of turn. Another value has every node fetch it at once."`
}

// Every is how often the catalogue is fetched.
func (p Pricing) Every() time.Duration { return seconds(p.SyncInterval, pricingDefault) }

const pricingDefault = 86400

func (c *checker) framework(path string, f *Framework) {
	at := child(child(path, "pricing"), "pricing_url")
	if scheme, _, ok := strings.Cut(f.Pricing.URL, "://"); ok && scheme != "http" && scheme != "https" {
		c.problem(at, "must be an http or https address, or the path of a file")
	}
}
