package gateway

// Hot path where MCP servers are configured.

import (
	"slices"
	"strings"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
)

// offer is what is added to the tools of calls that may use the same tools of MCP servers.
// It does not change, but for what it remembers.
type offer struct {
	tools []*mcp.Tool // sorted by name
	// servers are those whose tools are used by scripts; of the tools, those of package
	// code stand for theirs.
	servers []code.Server
	size    int  // bytes of text, about
	auto    bool // some run without asking the caller
	texts   offerTexts
}

func newOffer(tools []*mcp.Tool) *offer {
	o := &offer{}
	var scripted []*mcp.Tool
	for _, t := range tools {
		if t.CodeMode {
			scripted = append(scripted, t)
		} else {
			o.tools = append(o.tools, t)
		}
	}
	if len(scripted) > 0 {
		o.servers = code.Servers(scripted)
		o.tools = append(o.tools, code.Tools...)
		slices.SortFunc(o.tools, func(a, b *mcp.Tool) int { return strings.Compare(a.Name, b.Name) })
	}
	for _, t := range o.tools {
		o.auto = o.auto || t.AutoRun
		o.size += len(t.Name) + len(t.Description) + len(t.Schema)
	}
	return o
}

// find returns the tool of a name, nil for none.
func (o *offer) find(name string) *mcp.Tool {
	at, ok := slices.BinarySearchFunc(o.tools, name, func(t *mcp.Tool, name string) int { return strings.Compare(t.Name, name) })
	if !ok {
		return nil
	}
	return o.tools[at]
}

// addTo returns a copy of r that has the tools too, behind the caller's own. Of two of one
// name the caller's stays.
func (o *offer) addTo(r *api.Request) *api.Request {
	with := *r
	with.Tools = make([]api.Tool, len(r.Tools), len(r.Tools)+len(o.tools))
	copy(with.Tools, r.Tools)
	for _, t := range o.tools {
		if slices.ContainsFunc(r.Tools, func(own api.Tool) bool { return own.Name == t.Name }) {
			continue
		}
		tool := api.Tool{Name: t.Name, Description: t.Description, Parameters: t.Schema}
		if r.ExtraOf == codecs.Responses.Name() {
			tool.Strict = api.Some(false) // else that API takes only schemas of a certain form
		}
		with.Tools = append(with.Tools, tool)
	}
	return &with
}

// offers remembers the offer of each filter, as long as the tools stay what they are. The
// zero value is ready. Safe for concurrent use.
type offers struct {
	mu       sync.RWMutex
	version  uint64 // of the pool's list
	byFilter map[string]*offer
}

// maxOffers bounds how many are remembered: callers choose filters.
const maxOffers = 1 << 10

// of returns the offer of a filter; nil where no tool passes.
func (o *offers) of(pool *mcp.Pool, f mcp.Filter) *offer {
	var room [256]byte
	key := f.AppendKey(room[:0])
	version := pool.Version()
	o.mu.RLock()
	known, ok := o.byFilter[string(key)]
	ok = ok && o.version == version
	o.mu.RUnlock()
	if ok {
		return known
	}
	if tools := pool.Tools(f); len(tools) > 0 {
		known = newOffer(tools)
	} else {
		known = nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.version != version || len(o.byFilter) >= maxOffers || o.byFilter == nil {
		o.version, o.byFilter = version, map[string]*offer{}
	}
	o.byFilter[string(key)] = known
	return known
}

// offerTools decides which tools of MCP servers the call's model is offered, or would be if it
// were not only asked how many tokens the call has. It reports whether an agent has answered
// the call.
func (c *Call) offerTools() (answered bool, err *api.Error) {
	pool := c.gateway.options.Tools
	if c.Head.Op != api.OpChat && c.Head.Op != api.OpCountTokens || c.unplugged || c.relays() || pool.Empty() {
		return false, nil
	}
	if c.Head.Op == api.OpCountTokens && c.In == codecs.Cohere {
		return false, nil // it counts a text, of no conversation
	}
	f := c.toolFilter()
	named := f.Clients != nil || f.Tools != nil
	if !named && c.snapshot.toolsOnDemand {
		return false, nil
	}
	o := c.gateway.offers.of(pool, f)
	if o == nil || !named && c.wantsJSONAlone() {
		return false, nil
	}
	c.tools, c.added = o, c.added+o.size
	if o.auto && c.Head.Op == api.OpChat && c.fitForAgent() {
		return true, c.runAgent()
	}
	return false, nil
}

// fitForAgent says whether the call can be answered by an agent: not one that goes on with
// what its provider keeps, or that wants several answers.
func (c *Call) fitForAgent() bool {
	if c.Head.Stateful || c.Head.N > 1 {
		return false
	}
	c.Head.DropParams = c.mayDrop()
	return c.decode() == nil
}

// offering is what is added to the tools of the try that is made; nil for nothing.
func (c *Call) offering() *offer {
	if c.withheld {
		return nil
	}
	return c.tools
}

// wantsJSONAlone says whether the caller wants JSON and knows no tools: such a call is of
// a program that could do nothing with a tool's call, and not all providers can do both.
func (c *Call) wantsJSONAlone() bool {
	if c.request == nil && !saysJSON(c.Body) {
		return false
	}
	if c.request == nil {
		c.Head.DropParams = c.mayDrop()
		if c.decode() != nil {
			return true // what cannot be read is left as it is
		}
	}
	return wantsJSON(c.request) && len(c.request.Tools) == 0
}

func wantsJSON(r *api.Request) bool {
	return r.Format.Kind == api.FormatJSON || r.Format.Kind == api.FormatSchema
}
