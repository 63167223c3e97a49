package mcp

import (
	"sync"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Tool is a tool of a server. It does not change.
type Tool struct {
	Client      string // name of the server in the configuration
	Name        string // as models see it, client-tool: no two tools have one
	Original    string // as the server calls it
	Description string // the server's own words, bounded, and marked as such
	Schema      api.JSON
	// Output is the schema of structured results; nil where the server gives none.
	Output api.JSON
	// AutoRun: it may be run without asking the caller.
	AutoRun bool
	// CodeMode: it is offered as a function of a script, not as a tool of its own.
	CodeMode bool
	// ForAll: a filter's grants need not name its server.
	ForAll   bool
	CostNano int64 // price of a call, in nano-dollars
	// Hash is of all that the server says of the tool.
	Hash string
	// ReadOnly and Destructive are the server's hints.
	ReadOnly, Destructive bool

	index    int // of its client in the list that it is in
	compiled *compiled
}

// compiled is what is made of a tool when it is first needed: at the first call its schema, at
// the first listing its text.
type compiled struct {
	once   sync.Once
	schema *checker
	err    error

	wired   sync.Once
	wire    []byte
	wireErr error
}

// Grant is a server whose tools may be used.
type Grant struct {
	Client string
	Tools  []string // by the server's names or by their own; "*" is all; none: none
}

// Filter says which tools are meant. Of each member nil means all, and an empty list none;
// a tool must pass all three. Grants that do not name a server leave tools that are for all.
type Filter struct {
	Clients []string // "*" is all
	Tools   []string // client-tool, or client-*; "*" is all
	Grants  []Grant
}
