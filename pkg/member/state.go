package member

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// State is what a node tells of itself.
type State struct {
	Node     string            `json:"node"`
	Roles    []string          `json:"roles"`
	Version  string            `json:"version"`
	Labels   map[string]string `json:"labels,omitempty"`
	Started  time.Time         `json:"started"`
	Told     time.Time         `json:"told"` // by the node's clock
	Draining bool              `json:"draining,omitempty"`

	Config rollout.Status `json:"config"`
	// VirtualKeys is the newest revision of a virtual key that the node has heard of.
	VirtualKeys uint64 `json:"virtual_keys"`

	Load      Load       `json:"load"`
	Providers []Provider `json:"providers,omitempty"`
}

// Load is what a node has done since it began, and does now.
type Load struct {
	Calls    int64 `json:"calls"`  // finished
	Errors   int64 `json:"errors"` // of those, with a status of 500 or more
	Inflight int64 `json:"inflight"`
	Overflow int64 `json:"overflow"` // calls that were handed over to workers, or taken from edges
}

// Provider is how a provider's slots and keys are on a node.
type Provider struct {
	Name    string `json:"name"`
	Busy    int    `json:"busy"`
	Waiting int    `json:"waiting"`
	Slots   int    `json:"slots"`
	Keys    []Key  `json:"keys,omitempty"`
}

// Key is a provider's key on a node.
type Key struct {
	Name      string    `json:"name"`
	Weight    float64   `json:"weight"`
	Used      int64     `json:"used"` // cost of the calls that were sent with it
	CoolUntil time.Time `json:"cool_until,omitzero"`
	Broken    bool      `json:"broken,omitempty"` // out of use, since its calls fail
	Scarce    bool      `json:"scarce,omitempty"` // used less, since little is left of its limits
	Reason    string    `json:"reason,omitempty"`
}
