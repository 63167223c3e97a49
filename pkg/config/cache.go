package config

import (
	"cmp"
	"time"
)

// Cache says which answers are kept and given again.
type Cache struct {
	Enabled       bool   `json:"enabled,omitempty" switch:"true" doc:"Whether answers are kept."`
	OnlyWhenAsked bool   `json:"only_when_asked,omitempty" doc:"Whether only calls count that ask for it, by one of the headers x-asbru-cache and x-asbru-cache-key."`
	Scope         string `json:"scope,omitempty" enum:"virtual_key,team,customer,all" default:"virtual_key" doc:"Whose calls get each other's answers. Callers without a team, or without a customer, share with nobody."`
	Store         string `json:"store,omitempty" enum:"memory,redis" default:"memory" doc:"Where answers are kept. memory: each node keeps its own. redis: in the Redis of --redis as well, sealed, for all nodes; without one it is the memory alone. That Redis also has the limits: give it room, and a policy that evicts what expires (volatile-lru)."`
	TTL           int    `json:"ttl,omitempty" unit:"s" minimum:"1" maximum:"31536000" default:"300" doc:"How long an answer is kept. A call's header x-asbru-cache-ttl may say less or more."`
	MaxSizeMB     int    `json:"max_size_mb,omitempty" minimum:"1" maximum:"1048576" default:"256" doc:"Memory for answers on each node. Those go first that are used least."`
	MaxEntryKB    int    `json:"max_entry_kb,omitempty" minimum:"1" maximum:"65536" default:"4096" doc:"The largest answer that is kept."`
	SingleFlight  bool   `json:"single_flight,omitempty" doc:"Whether a call waits for the answer of one like it that is under way, instead of asking a second time. With store redis that is so over all nodes. A stream then begins when the other one has ended."`
	Namespace     string `json:"namespace,omitempty" alias:"default_cache_key" maxLength:"256" doc:"The namespace of calls that name none by x-asbru-cache-key."`
	ByModel       *bool  `json:"by_model,omitempty" alias:"cache_by_model" default:"true" doc:"Whether an answer is given to requests for the model alone that made it. false: for any that the caller may use, as long as all else is the same."`
	ByProvider    *bool  `json:"by_provider,omitempty" alias:"cache_by_provider" default:"true" doc:"Whether an answer is given to requests of the provider alone that made it."`
	AnySystem     bool   `json:"exclude_system_prompt,omitempty" doc:"Whether requests are the same that differ in nothing but their system prompts."`
	OnCached      string `json:"on_cached,omitempty" enum:"free,full" default:"free" doc:"What an answer out of the cache costs its caller. free: nothing, and it counts for no limit; full: what the provider would have charged, and the limits count it as any other call."`

	Semantic CacheSemantic `json:"semantic,omitzero" doc:"Answers that are given to requests that mean nearly the same."`
}

// CacheSemantic says when an answer is given to a request that means nearly the same as its own.
type CacheSemantic struct {
	Enabled     bool    `json:"enabled,omitempty" switch:"true" doc:"Whether a chat that no kept answer is for to the letter may get one whose last user text means nearly the same; all else must be equal."`
	Model       string  `json:"model,omitempty" alias:"embedding_model" doc:"The embedding model that texts are compared by, as provider/model. It is asked by the gateway's own calls, which count and cost as their callers'."`
	Dimensions  int     `json:"dimensions,omitempty" alias:"dimension" minimum:"1" maximum:"16384" doc:"Dimensions that the model is asked for. Default: as many as it has."`
	Threshold   float64 `json:"threshold,omitempty" minimum:"0.1" maximum:"1" default:"0.8" doc:"How alike two texts must be: the cosine of their embeddings. What fits depends on the model. A call's header x-asbru-cache-threshold may say otherwise."`
	MaxMessages int     `json:"max_messages,omitempty" alias:"conversation_history_threshold" minimum:"1" maximum:"1000" default:"3" doc:"Conversations of more messages have no answers but those of their own: their earlier messages, which must be equal, are seldom those of others."`
	MaxTextKB   int     `json:"max_text_kb,omitempty" minimum:"1" maximum:"1024" default:"8" doc:"Longer texts are not compared."`
	TimeoutMS   int     `json:"timeout,omitempty" unit:"ms" minimum:"10" maximum:"60000" default:"2000" doc:"How long the model may take. A call whose text is not embedded by then goes on to its provider."`
	MaxEntries  int     `json:"max_entries,omitempty" minimum:"1" maximum:"1000000" default:"10000" doc:"Answers that each node finds in this way: of more the oldest are found no more. Each takes 4 bytes a dimension."`
	Store       string  `json:"store,omitempty" enum:"memory,postgres" default:"memory" doc:"Where it is known what requests mean. memory: each node knows it of the answers that it has made. postgres: in PostgreSQL with the extension pgvector as well, for all nodes; cache.store must be redis, so that the answers are all nodes', too."`
	URL         Secret  `json:"url,omitempty" doc:"The URL of that PostgreSQL: postgres://…. Its user must be allowed to make a table, and the extension where it is not there."`
	IgnoreNames bool    `json:"ignore_names,omitempty" doc:"Whether texts may be alike that differ in words with a capital letter within a sentence. Wanted where all nouns have one, as in German."`
}

var (
	cacheDefaults         = defaultsOf[Cache]()
	cacheSemanticDefaults = defaultsOf[CacheSemantic]()
)

// Lifetime is how long an answer is kept, unless its call says otherwise.
func (c *Cache) Lifetime() time.Duration {
	return time.Duration(or(c.TTL, cacheDefaults.TTL)) * time.Second
}

// MaxBytes is the memory for answers on each node.
func (c *Cache) MaxBytes() int64 { return int64(or(c.MaxSizeMB, cacheDefaults.MaxSizeMB)) << 20 }

// MaxEntryBytes is the size of the largest answer that is kept.
func (c *Cache) MaxEntryBytes() int { return or(c.MaxEntryKB, cacheDefaults.MaxEntryKB) << 10 }

// Shared says whether answers are kept for all nodes.
func (c *Cache) Shared() bool { return c.Store == "redis" }

// OfModel says whether answers are those of one model.
func (c *Cache) OfModel() bool { return c.ByModel == nil || *c.ByModel }

// OfProvider says whether answers are those of one provider.
func (c *Cache) OfProvider() bool { return c.ByProvider == nil || *c.ByProvider }

// Full says whether an answer out of the cache costs what the provider would have charged.
func (c *Cache) Full() bool { return c.OnCached == "full" }

// Likeness is how alike two texts must be.
func (s *CacheSemantic) Likeness() float64 {
	return cmp.Or(s.Threshold, cacheSemanticDefaults.Threshold)
}

// Messages is how many a conversation may have.
func (s *CacheSemantic) Messages() int { return or(s.MaxMessages, cacheSemanticDefaults.MaxMessages) }

// MaxTextBytes is the longest text that is compared.
func (s *CacheSemantic) MaxTextBytes() int {
	return or(s.MaxTextKB, cacheSemanticDefaults.MaxTextKB) << 10
}

// Timeout is how long the model may take.
func (s *CacheSemantic) Timeout() time.Duration {
	return time.Duration(or(s.TimeoutMS, cacheSemanticDefaults.TimeoutMS)) * time.Millisecond
}

// Entries is how many answers each node finds.
func (s *CacheSemantic) Entries() int { return or(s.MaxEntries, cacheSemanticDefaults.MaxEntries) }

// Shared says whether it is known to all nodes what requests mean.
func (s *CacheSemantic) Shared() bool { return s.Enabled && s.Store == "postgres" }
