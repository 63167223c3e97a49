// Hot path.

package routing

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Facts are what rules can ask of a request. They may be used again for another one,
// after Reset. Not safe for concurrent use.
type Facts struct {
	Model, Provider, RequestType string
	Stream                       bool
	VirtualKeyID, VirtualKey     string
	TeamID, Team                 string
	Above                        []string // ids of the teams above TeamID, the nearest first
	CustomerID, Customer         string
	UserID                       string
	Now                          time.Time
	Source                       Source

	headers, params, metadata texts
}

// Source finds what few rules ask for. What it returns is valid while the request is.
type Source interface {
	// Text returns a value of a group by its name in lower case.
	Text(group Group, name string) (value any, ok bool)
	// Names calls yield with all names of a group.
	Names(group Group, yield func(name string) bool)
	// Used is how much is used of the limits of a kind, in percent of that of which
	// most is.
	Used(of Kind) float64
	// Tokens is what the request is expected to use.
	Tokens() int64
}

// Group is a kind of values that a request has by name.
type Group uint8

// The groups.
const (
	Headers Group = iota
	Params
	Metadata
)

// Kind is a kind of limits.
type Kind uint8

// The kinds.
const (
	Money Kind = iota
	Tokens
	Requests
)

// Reset makes f empty for another use.
func (f *Facts) Reset() { *f = Facts{} }

// ResolveName implements cel.Activation.
func (f *Facts) ResolveName(name string) (any, bool) {
	switch name {
	case "model":
		return types.String(f.Model), true
	case "provider":
		return types.String(f.Provider), true
	case "request_type":
		return types.String(f.RequestType), true
	case "stream":
		return types.Bool(f.Stream), true
	case "headers":
		return f.group(&f.headers, Headers), true
	case "params":
		return f.group(&f.params, Params), true
	case "metadata":
		return f.group(&f.metadata, Metadata), true
	case "virtual_key_id":
		return types.String(f.VirtualKeyID), true
	case "virtual_key_name":
		return types.String(f.VirtualKey), true
	case "team_id":
		return types.String(f.TeamID), true
	case "team_name":
		return types.String(f.Team), true
	case "customer_id":
		return types.String(f.CustomerID), true
	case "customer_name":
		return types.String(f.Customer), true
	case "user_id":
		return types.String(f.UserID), true
	case "budget_used":
		return types.Double(f.Source.Used(Money)), true
	case "tokens_used":
		return types.Double(f.Source.Used(Tokens)), true
	case "request":
		return types.Double(f.Source.Used(Requests)), true
	case "estimated_tokens":
		return types.Int(f.Source.Tokens()), true
	case "now":
		return types.Timestamp{Time: f.Now.UTC()}, true
	case "hour":
		return types.Int(f.Now.UTC().Hour()), true
	case "weekday":
		return types.Int(f.Now.UTC().Weekday()), true
	}
	return nil, false
}

// Parent implements cel.Activation.
func (f *Facts) Parent() cel.Activation { return nil }

func (f *Facts) group(t *texts, g Group) *texts {
	t.source, t.group = f.Source, g
	return t
}
