package virtualkey

import (
	"encoding/json"
	"fmt"
	"time"
)

// Record is a virtual key as it is stored: what it may do, and never its value.
type Record struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Owner       string    `json:"owner,omitempty"` // whom to ask; free text
	Tags        []string  `json:"tags,omitempty"`
	Digest      string    `json:"digest"`
	Last4       string    `json:"last4"`
	Active      bool      `json:"active"`
	TeamID      string    `json:"team_id,omitempty"`
	CustomerID  string    `json:"customer_id,omitempty"`
	UserID      string    `json:"user_id,omitempty"`
	Grants      []Grant   `json:"grants,omitempty"`
	Bounds                // of the key itself
	EndUser     *Bounds   `json:"end_user,omitempty"` // of each of the key's end users
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
	Expires     time.Time `json:"expires,omitzero"`
	// Strict: an empty list allows nothing, as in configurations of version 2.
	// Otherwise it allows all.
	Strict bool `json:"strict,omitempty"`

	RequiredHeaders []string   `json:"required_headers,omitempty"`
	Endpoints       []string   `json:"endpoints,omitempty"` // operations by name; none: all
	LogBodies       *bool      `json:"log_bodies,omitempty"`
	MCP             []MCPGrant `json:"mcp,omitempty"`
	Agent           Agent      `json:"agent,omitzero"`

	// Previous is the digest of the value before the last rotation. It works until
	// RotatedUntil.
	Previous     string    `json:"previous,omitempty"`
	RotatedUntil time.Time `json:"rotated_until,omitzero"`
	// Successor says that this is no key of its own: it is what a value that was
	// rotated away leads on to, until it Expires.
	Successor string `json:"successor,omitempty"`

	// Revision is the store's, for optimistic writes. It is not part of the record.
	Revision uint64 `json:"-"`
}

// Grant is a provider that a key may use, and which of its models and keys.
type Grant struct {
	Provider string   `json:"provider"`
	Weight   *float64 `json:"weight,omitempty"`
	Models   []string `json:"models,omitempty"`
	Keys     []string `json:"keys,omitempty"`
	Bounds            // of the key at the provider
}

// MCPGrant is an MCP server whose tools a key may use.
type MCPGrant struct {
	Client string   `json:"client"`
	Tools  []string `json:"tools,omitempty"`
}

// Agent bounds what agents may use for one call of a key. 0 is no bound.
type Agent struct {
	Turns    int           `json:"turns,omitempty"`
	CostNano int64         `json:"cost_nano,omitempty"`
	Time     time.Duration `json:"time,omitempty"`
}

// Bounds are what may be used. The ids name a budget and a rate limit of the
// configuration, for where none is given.
type Bounds struct {
	RateLimit   RateLimit `json:"rate_limit,omitzero"`
	Budget      Budget    `json:"budget,omitzero"`
	Budgets     []Budget  `json:"budgets,omitempty"` // further ones, each of another period
	RateLimitID string    `json:"rate_limit_id,omitempty"`
	BudgetID    string    `json:"budget_id,omitempty"`
}

// RateLimit bounds calls and tokens. A zero maximum is no limit.
type RateLimit struct {
	Requests Window `json:"requests,omitzero"`
	Tokens   Window `json:"tokens,omitzero"`
}

// Window is so much in so long.
type Window struct {
	Max    int64         `json:"max"`
	Period time.Duration `json:"period"`
}

// Budget bounds spending. A zero maximum is no limit.
type Budget struct {
	MaxNano int64         `json:"max_nano"` // nano-dollars
	Period  time.Duration `json:"period"`
	// Calendar is day, week, month or year, "" for a period that slides.
	Calendar string `json:"calendar,omitempty"`
	// SoftPercent is the part that is warned of; 0 stands for the usual one.
	SoftPercent int `json:"soft_percent,omitempty"`
}

// Encode returns the stored form.
func (r *Record) Encode() ([]byte, error) { return json.Marshal(r) }

// Decode reads a stored record. Fields of a newer version are ignored.
func Decode(b []byte, revision uint64) (*Record, error) {
	var r Record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("read a virtual key: %w", err)
	}
	if r.ID == "" || r.Digest == "" {
		return nil, fmt.Errorf("read a virtual key: it has no id or no digest")
	}
	r.Revision = revision
	return &r, nil
}

// Expired says whether the key has run out.
func (r *Record) Expired(now time.Time) bool { return !r.Expires.IsZero() && now.After(r.Expires) }
