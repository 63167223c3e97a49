package account

import (
	"context"
	"slices"
)

// The kinds of callers.
const (
	ByAdminToken = "admin_token"
	ByPerson     = "person"
	ByToken      = "api_token"
)

// Caller is who asks something of the admin API.
type Caller struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	Role Role   `json:"role"`
	// Teams are those that the caller is confined to; empty: it is not.
	Teams []string `json:"teams,omitempty"`
	// Session is the id of the session that a person came by.
	Session string `json:"session,omitempty"`
}

// Root is the caller with the admin token.
var Root = Caller{Kind: ByAdminToken, Name: "admin token", Role: Admin}

// Confined says whether the caller is confined to some teams.
func (c *Caller) Confined() bool { return len(c.Teams) > 0 }

// Sees says whether what belongs to a team is the caller's to see; "" is no team.
func (c *Caller) Sees(team string) bool { return !c.Confined() || slices.Contains(c.Teams, team) }

type callerKey struct{}

// With returns a context that knows who asks.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Of returns who asks; without anybody, a caller that may do nothing.
func Of(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
