package member

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// State is what a node tells of itself.
type State struct {
	Node    string   `json:"node"`
	Roles   []string `json:"roles"`
	Version string   `json:"version"`
	// Address is where the node itself takes calls, such as http://edge-1:8080; "": nowhere.
	Address string            `json:"address,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	Started time.Time         `json:"started"`
	Told    time.Time         `json:"told"` // by the node's clock
	// ClockOffset is by how many seconds the node's clock is ahead of that of who has
	// heard it. The node does not tell it.
	ClockOffset float64 `json:"clock_offset_seconds"`
	Draining    bool    `json:"draining,omitempty"`

	Config rollout.Status `json:"config"`
	// SecretKeys are the fingerprints of the secret keys that the node has, the one that it
	// uses first.
	SecretKeys []string `json:"secret_keys,omitempty"`
	// VirtualKeys is the newest revision of a virtual key that the node has heard of.
	VirtualKeys uint64 `json:"virtual_keys"`
	// Counts says where the node counts limits.
	Counts Counts `json:"counts,omitempty"`
	Usage  Usage  `json:"usage"`

	Load      Load       `json:"load"`
	Providers []Provider `json:"providers,omitempty"`
	Plugins   []Plugin   `json:"plugins,omitempty"`
	MCP       []MCP      `json:"mcp,omitempty"`
	Cache     *Cache     `json:"cache,omitempty"`
}

// Counts says where a node counts limits.
type Counts string

// The places.
const (
	CountsShared Counts = "shared" // in Redis, for all nodes
	CountsAway   Counts = "away"   // Redis cannot be reached: each limit's policy decides
	CountsAlone  Counts = "alone"  // in the node itself, which was given no Redis
)

// Usage is what a node's calls have used and the ledger does not know yet.
type Usage struct {
	Spooled int64 `json:"spooled_bytes"` // on the node's disk
	Stuck   bool  `json:"stuck"`         // it can neither be told nor kept on disk, and waits in memory
	Lost    int64 `json:"lost_records"`  // since the node began
}

// Load is what a node has done since it began, and does now.
type Load struct {
	Calls    int64 `json:"calls"`  // finished
	Errors   int64 `json:"errors"` // of those, with a status of 500 or more
	Inflight int64 `json:"inflight"`
	Overflow int64 `json:"overflow"` // calls that were handed over to workers, or taken from edges
}

// Cache is what a node keeps of answers, and has given again since it began.
type Cache struct {
	Entries   int     `json:"entries"`
	Bytes     int64   `json:"bytes"`
	MaxBytes  int64   `json:"max_bytes"`
	Hits      int64   `json:"hits"`
	Misses    int64   `json:"misses"`
	SavedCost float64 `json:"saved_cost"`    // dollars
	SavedTime float64 `json:"saved_seconds"` // that it took to make the answers

	SimilarHits   int64   `json:"semantic_hits"`    // those of the hits that were for a request that means nearly the same
	Similar       int     `json:"semantic_entries"` // answers that are found so
	EmbeddingCost float64 `json:"embedding_cost"`   // dollars that finding out has cost

	Namespaces []cache.Share `json:"namespaces,omitempty"`
}

// Provider is how a provider's slots and keys are on a node.
type Provider struct {
	Name    string `json:"name"`
	Busy    int    `json:"busy"`
	Waiting int    `json:"waiting"`
	Slots   int    `json:"slots"`
	Tries   int64  `json:"tries"`  // since the node began
	Failed  int64  `json:"failed"` // of those, by the provider's fault or the way to it
	Keys    []Key  `json:"keys,omitempty"`
}

// Key is a provider's key on a node.
type Key struct {
	Name      string    `json:"name"`
	Weight    float64   `json:"weight"`
	Used      int64     `json:"used"` // cost of the calls that were sent with it
	CoolUntil time.Time `json:"cool_until,omitzero"`
	Disabled  bool      `json:"disabled,omitempty"` // with a reason: the provider refuses it for good
	Broken    bool      `json:"broken,omitempty"`   // out of use, since its calls fail
	Scarce    bool      `json:"scarce,omitempty"`   // used less, since little is left of its limits
	Reason    string    `json:"reason,omitempty"`
}

// Plugin is what the plugins of one name have done on a node since it began.
type Plugin struct {
	Name          string        `json:"name"`
	State         string        `json:"state"` // active, failing or isolated
	Calls         uint64        `json:"calls"`
	Errors        uint64        `json:"errors"` // of the calls
	P99           float64       `json:"p99_ms"`
	IsolatedSince time.Time     `json:"isolated_since,omitzero"`
	IsolatedUntil time.Time     `json:"isolated_until,omitzero"`
	LastError     string        `json:"last_error,omitempty"`
	LastErrorAt   time.Time     `json:"last_error_at,omitzero"`
	Points        []PluginPoint `json:"points,omitempty"`
}

// PluginPoint is what a plugin has done at one point of calls' way.
type PluginPoint struct {
	Point    string            `json:"point"`
	Calls    uint64            `json:"calls"`
	P99      float64           `json:"p99_ms"`
	Verdicts map[string]uint64 `json:"verdicts,omitempty"`
}

// MCP is how a node's connection to an MCP server is.
type MCP struct {
	Name    string    `json:"name"`
	State   string    `json:"state"` // connecting, connected, disconnected or sign_in_required
	Since   time.Time `json:"since"`
	Seen    time.Time `json:"seen,omitzero"` // when the server has answered last
	Error   string    `json:"error,omitempty"`
	Tools   int       `json:"tools"`   // that it lists
	Offered int       `json:"offered"` // of these
}
