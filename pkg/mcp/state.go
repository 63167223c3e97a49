package mcp

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// What the connection to a server is.
const (
	Connecting   = "connecting"
	Connected    = "connected"
	Disconnected = "disconnected"
	// SignInRequired: it waits until somebody has signed in at the server.
	SignInRequired = "sign_in_required"
)

// What became of a tool that a server has listed.
const (
	Offered    = "offered"
	NotAllowed = "not_allowed" // the configuration does not
	Changed    = "changed"     // it is not as it was approved
	Refused    = "refused"     // it cannot be used; Problem says why
)

// ErrNoServer says that the configuration has no such server.
var ErrNoServer = errors.New("there is no such MCP server")

// ErrNoTool says that the server has no such tool, or not in this form any more.
var ErrNoTool = errors.New("the MCP server has no such tool in this form")

// State is how the connection to a server is.
type State struct {
	Name    string
	State   string
	Since   time.Time
	Seen    time.Time // when the server has answered last; zero: never
	Problem string    // why there is no connection; "" for none
	Tools   []ToolState
}

// Brief is how the connection to a server is, without what its tools are.
type Brief struct {
	Name, State, Problem string
	Since, Seen          time.Time
	Tools, Offered       int // that it lists, and those of them that may be used
}

// Briefs returns how the connections to all servers are, by name. It copies no tools: nodes
// tell it once a second.
func (p *Pool) Briefs() []Brief {
	p.mu.Lock()
	clients := slices.Collect(maps.Values(p.clients))
	p.mu.Unlock()
	slices.SortFunc(clients, func(a, b *client) int { return strings.Compare(a.server.Name, b.server.Name) })
	out := make([]Brief, len(clients))
	for i, c := range clients {
		out[i] = c.brief()
	}
	return out
}

func (c *client) brief() Brief {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := Brief{Name: c.server.Name, State: c.state, Problem: c.problem, Since: c.since, Seen: c.lastSeen(), Tools: len(c.found)}
	if c.withdraw {
		return b
	}
	for i := range c.found {
		if c.found[i].state == Offered {
			b.Offered++
		}
	}
	return b
}

// answered notes that the server has.
func (c *client) answered() { c.seen.Store(time.Now().UnixNano()) }

func (c *client) lastSeen() time.Time {
	if at := c.seen.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// ToolState is a tool as a server has listed it.
type ToolState struct {
	Tool
	State   string
	Problem string
}

// Clients returns how the connections to all servers are, by name.
func (p *Pool) Clients() []State {
	p.mu.Lock()
	clients := slices.Collect(maps.Values(p.clients))
	p.mu.Unlock()
	slices.SortFunc(clients, func(a, b *client) int { return strings.Compare(a.server.Name, b.server.Name) })
	out := make([]State, len(clients))
	for i, c := range clients {
		out[i] = c.snapshot()
	}
	return out
}

// Client returns how the connection to a server is.
func (p *Pool) Client(name string) (State, bool) {
	c := p.client(name)
	if c == nil {
		return State{}, false
	}
	return c.snapshot(), true
}

// Approve lets a tool be used in the form that has the hash, which must be the one that
// its server lists now. It is offered at once here, and on other nodes when they list the
// server's tools again.
func (p *Pool) Approve(ctx context.Context, client, tool, hash string) error {
	c := p.client(client)
	if c == nil {
		return ErrNoServer
	}
	return c.approve(ctx, tool, hash)
}
