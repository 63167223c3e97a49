package config

import "time"

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
	OnCached      string `json:"on_cached,omitempty" enum:"free,full" default:"free" doc:"What an answer out of the cache costs its caller. free: nothing, and it counts for no limit; full: what the provider would have charged, and the limits count it as any other call."`
}

var cacheDefaults = defaultsOf[Cache]()

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

// Full says whether an answer out of the cache costs what the provider would have charged.
func (c *Cache) Full() bool { return c.OnCached == "full" }
