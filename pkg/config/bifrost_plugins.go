package config

import (
	"encoding/json"
	"strings"
	"time"
)

// Of what plugins of Bifrost's do, the gateway itself does some: what their entries say is read
// as the sections that are for it here, where a file does not have those.

// ownWays are the kinds of plugins of Bifrost's that the gateway has ways of its own for.
var ownWays = map[string]func(*decoder, *Config, *Plugin, string){
	textToChatPlugin: nil, "telemetry": nil, "logging": nil, "governance": nil,
	"semantic_cache": (*decoder).adoptCache, "otel": (*decoder).adoptTelemetry,
}

// HasOwnWay says whether the plugin is one of Bifrost's that the gateway has a way of its own for.
func (p *Plugin) HasOwnWay() bool {
	_, has := ownWays[p.KindName()]
	return has
}

// adopt reads what plugins of Bifrost's say into the sections that are for it.
func (d *decoder) adopt(c *Config) {
	for i := range c.Plugins {
		p := &c.Plugins[i]
		if adopt := ownWays[p.KindName()]; adopt != nil && p.On() {
			adopt(d, c, p, child(element("plugins", i), "config"))
		}
	}
}

// settingsOf reads a plugin's settings, and notes why they cannot be, or are not: a section of the
// file's own has said it.
func (d *decoder) settingsOf(p *Plugin, into any, section, path string) bool {
	if d.root.get(section) != nil {
		d.note(path, d.at[path], "is not used: "+section+" has been said")
		return false
	}
	if err := Decode(json.RawMessage(p.Config), into); err != nil {
		d.note(path, d.at[path], "is not used: "+strings.ReplaceAll(err.Error(), "\n", "; "))
		return false
	}
	d.note(path, d.at[path], "is read as "+section)
	return true
}

// bifrostCache are the settings of Bifrost's semantic_cache
// (https://docs.getbifrost.ai/features/semantic-caching).
type bifrostCache struct {
	Provider    string  `json:"provider,omitempty" doc:"Provider of the embedding model. Absent: answers are found to the letter alone."`
	Keys        Unused  `json:"keys,omitzero" kind:"array" doc:"Keys of that provider: those are used that the provider has."`
	Model       string  `json:"embedding_model,omitempty" doc:"Embedding model."`
	Dimension   int     `json:"dimension,omitempty" minimum:"0" doc:"Dimensions of the embeddings. 1: answers are found to the letter alone."`
	TTL         Raw     `json:"ttl,omitempty" doc:"How long an answer is kept: as 5m, or in seconds."`
	Threshold   float64 `json:"threshold,omitempty" minimum:"0" maximum:"1" doc:"How alike two texts must be."`
	DefaultKey  string  `json:"default_cache_key,omitempty" doc:"The namespace of calls that name none. Absent: only calls with a namespace count."`
	MaxMessages int     `json:"conversation_history_threshold,omitempty" minimum:"0" doc:"Longer conversations have no answers but their own."`
	ByModel     *bool   `json:"cache_by_model,omitempty" doc:"Whether answers are those of one model."`
	ByProvider  *bool   `json:"cache_by_provider,omitempty" doc:"Whether answers are those of one provider."`
	AnySystem   bool    `json:"exclude_system_prompt,omitempty" doc:"Whether system prompts may differ."`
	CleanUp     Unused  `json:"cleanup_on_shutdown,omitzero" doc:"Whether answers end with the gateway."`
	StoreSpace  Unused  `json:"vector_store_namespace,omitzero" kind:"string" doc:"Name in the vector store."`
	CreatedAt   Unused  `json:"created_at,omitzero" kind:"string" doc:"Time as Bifrost exports it."`
	UpdatedAt   Unused  `json:"updated_at,omitzero" kind:"string" doc:"Time as Bifrost exports it."`
}

// adoptCache reads Bifrost's semantic_cache. Its vector store was for all nodes: so is the Redis
// that a cluster has.
func (d *decoder) adoptCache(c *Config, p *Plugin, path string) {
	var b bifrostCache
	if !d.settingsOf(p, &b, "cache", path) {
		return
	}
	ttl, ok := secondsIn(b.TTL)
	if !ok {
		d.note(child(path, "ttl"), d.at[path], "is no time such as 5m: answers are kept as long as cache.ttl has it")
	}
	c.Cache = Cache{
		Enabled: true, OnlyWhenAsked: b.DefaultKey == "", Namespace: b.DefaultKey, Store: "redis", TTL: ttl,
		ByModel: b.ByModel, ByProvider: b.ByProvider, AnySystem: b.AnySystem,
	}
	if b.Provider == "" || b.Model == "" || b.Dimension == 1 {
		return
	}
	c.Cache.Semantic = CacheSemantic{
		Enabled: true, Model: b.Provider + "/" + strings.TrimPrefix(b.Model, b.Provider+"/"),
		Dimensions: b.Dimension, Threshold: b.Threshold, MaxMessages: b.MaxMessages,
	}
}

// secondsIn reads a time as Bifrost has it, "5m" or a number of seconds; 0 for none.
func secondsIn(r Raw) (seconds int, ok bool) {
	if len(r) == 0 || json.Unmarshal(r, &seconds) == nil {
		return seconds, true
	}
	var text string
	if json.Unmarshal(r, &text) != nil {
		return 0, false
	}
	every, err := time.ParseDuration(text)
	return int(every / time.Second), err == nil
}

// bifrostOTel are the settings of Bifrost's otel (https://docs.getbifrost.ai/features/observability/otel).
type bifrostOTel struct {
	Service         string            `json:"service_name,omitempty" doc:"What the gateway calls itself."`
	URL             string            `json:"collector_url,omitempty" doc:"The collector."`
	Form            string            `json:"trace_type,omitempty" doc:"Names of attributes: those of the conventions for generative AI are used."`
	Protocol        string            `json:"protocol,omitempty" enum:"http,grpc" doc:"How the collector is spoken to."`
	Headers         map[string]Secret `json:"headers,omitempty" doc:"Headers that go along."`
	CAFile          string            `json:"tls_ca_cert,omitempty" doc:"File with the certificates that its own is checked against."`
	Insecure        *bool             `json:"insecure,omitempty" doc:"Whether the collector is reached without TLS, where collector_url does not say."`
	Metrics         bool              `json:"metrics_enabled,omitempty" doc:"Whether metrics are sent."`
	MetricsURL      string            `json:"metrics_endpoint,omitempty" doc:"The collector of metrics."`
	MetricsInterval int               `json:"metrics_push_interval,omitempty" minimum:"0" doc:"How often, in seconds."`
}

// adoptTelemetry reads Bifrost's otel.
func (d *decoder) adoptTelemetry(c *Config, p *Plugin, path string) {
	var b bifrostOTel
	if !d.settingsOf(p, &b, "telemetry", path) {
		return
	}
	if b.Form != "" && b.Form != "genai_extension" {
		d.note(child(path, "trace_type"), d.at[path], "is not used: attributes have the names of the conventions for generative AI")
	}
	c.Telemetry = Telemetry{
		ServiceName: b.Service, Collector: b.collector(b.URL),
		Metrics: OTLPMetrics{Enabled: b.Metrics, Interval: b.MetricsInterval},
	}
	if b.MetricsURL != "" {
		c.Telemetry.Metrics.Collector = b.collector(b.MetricsURL)
	}
}

// collector is one at an address that may be as gRPC has it, without a scheme.
func (b *bifrostOTel) collector(address string) Collector {
	to := Collector{Endpoint: address, Headers: b.Headers, CAFile: b.CAFile}
	if b.Protocol == "grpc" {
		to.Protocol = "grpc"
	}
	if address != "" && !strings.Contains(address, "://") {
		scheme := "http://"
		if b.CAFile != "" || b.Insecure != nil && !*b.Insecure {
			scheme = "https://"
		}
		to.Endpoint = scheme + address
	}
	return to
}
