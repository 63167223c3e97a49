package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
)

const (
	toolsMax  = 2000 // of a server
	schemaMax = 64 << 10
	nameBytes = 128 // of a tool, as the server calls it
)

// found is a tool that a server has listed.
type found struct {
	tool    Tool
	state   string
	problem string
}

// sync lists the server's tools and publishes what there is to publish.
func (c *client) sync(s session) error {
	ctx, cancel := context.WithTimeout(c.life, c.pool.o.ListTimeout)
	defer cancel()
	listed, err := listTools(ctx, s)
	if err != nil {
		return fmt.Errorf("list the tools: %w", err)
	}
	c.answered()
	approved, err := c.pool.pins.Approved(ctx, c.server.Name)
	if err != nil {
		return fmt.Errorf("read which tools are approved: %w", err)
	}
	fresh := map[string]string{}
	all := make([]found, 0, len(listed))
	seen := make(map[string]bool, len(listed))
	for _, t := range listed {
		if seen[t.Name] {
			c.log.Warn("an MCP server lists two tools of one name; the first counts", "tool", bounded(visible(t.Name), nameBytes))
			continue
		}
		seen[t.Name] = true
		f := c.judge(t)
		if f.state != Refused {
			c.pinned(&f, approved, fresh)
		}
		all = append(all, f)
	}
	if len(fresh) > 0 {
		if err := c.pool.pins.Approve(ctx, c.server.Name, fresh, c.server.OnChange == AcceptChanged); err != nil {
			return fmt.Errorf("remember which tools are approved: %w", err)
		}
	}
	c.mu.Lock()
	c.found = all
	connected := c.session != nil
	c.mu.Unlock()
	if connected {
		c.pool.publish()
	}
	return nil
}

// pinned compares a tool with what was approved. What nobody has seen before is approved.
func (c *client) pinned(f *found, approved, fresh map[string]string) {
	hash, known := approved[f.tool.Original]
	switch {
	case known && hash == f.tool.Hash:
		return
	case !known:
		fresh[f.tool.Original] = f.tool.Hash
		return
	case c.server.OnChange == AcceptChanged:
		fresh[f.tool.Original] = f.tool.Hash
	case c.server.OnChange == AlertChanged:
		f.problem = "the server describes it otherwise than it was approved"
	default:
		f.state, f.problem = Changed, "the server describes it otherwise than it was approved"
	}
	if !c.knows(f) {
		c.log.Warn("an MCP server has changed a tool", "tool", f.tool.Original, "hash", f.tool.Hash, "on_change", c.server.OnChange)
	}
}

// knows says whether a tool was found like this before.
func (c *client) knows(f *found) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.found, func(old found) bool {
		return old.tool.Original == f.tool.Original && old.tool.Hash == f.tool.Hash
	})
}

// listTools reads all pages of a server's tools, up to a bound.
func listTools(ctx context.Context, s session) ([]*sdk.Tool, error) {
	var out []*sdk.Tool
	for t, err := range s.Tools(ctx, nil) {
		if err != nil {
			return nil, err
		}
		if len(out) == toolsMax {
			return nil, fmt.Errorf("the server lists more than %d tools", toolsMax)
		}
		out = append(out, t)
	}
	return out, nil
}

// judge makes a tool of what a server says of it.
func (c *client) judge(t *sdk.Tool) found {
	s := &c.server
	schema, err := json.Marshal(t.InputSchema)
	if err != nil || string(schema) == "null" {
		schema = []byte(`{"type":"object"}`)
	}
	f := found{state: Offered, tool: Tool{
		Client: s.Name, Original: t.Name, Description: described(s.Name, t.Description), Schema: schema, Hash: hashOf(t),
		AutoRun: listed(s.AutoRun, t.Name), CodeMode: s.CodeMode, ForAll: s.ForAll, CostNano: s.CostNano[t.Name],
	}}
	if t.OutputSchema != nil {
		if output, err := json.Marshal(t.OutputSchema); err == nil && len(output) <= schemaMax {
			f.tool.Output = api.JSON(output)
		}
	}
	if a := t.Annotations; a != nil {
		f.tool.ReadOnly, f.tool.Destructive = a.ReadOnlyHint, a.DestructiveHint != nil && *a.DestructiveHint
	}
	switch {
	case t.Name == "" || len(t.Name) > nameBytes || visible(t.Name) != t.Name:
		f.state, f.problem = Refused, "its name is empty, too long, or has characters that nobody sees"
		f.tool.Original = bounded(visible(t.Name), nameBytes)
	case len(schema) > schemaMax:
		f.state, f.problem = Refused, fmt.Sprintf("its schema has more than %d bytes", schemaMax)
		f.tool.Schema = nil
	case !listed(s.Execute, t.Name):
		f.state = NotAllowed
	}
	return f
}

// listed says whether a list of the configuration has a tool.
func listed(names []string, tool string) bool {
	return slices.Contains(names, everything) || slices.Contains(names, tool)
}

// offered returns the tools that can be used now.
func (c *client) offered() []Tool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.withdraw {
		return nil
	}
	out := make([]Tool, 0, len(c.found))
	for i := range c.found {
		if c.found[i].state == Offered {
			out = append(out, c.found[i].tool)
		}
	}
	return out
}

func (c *client) snapshot() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := State{Name: c.server.Name, State: c.state, Since: c.since, Seen: c.lastSeen(), Problem: c.problem, Tools: make([]ToolState, len(c.found))}
	n := namer{c.pool.list.Load().clients}
	for i, f := range c.found {
		f.tool.Name = n.name(f.tool.Client, f.tool.Original)
		s.Tools[i] = ToolState{f.tool, f.state, f.problem}
	}
	return s
}

// approve lets a tool be used in the form that has the hash.
func (c *client) approve(ctx context.Context, tool, hash string) error {
	c.mu.Lock()
	i := slices.IndexFunc(c.found, func(f found) bool { return f.tool.Original == tool && f.tool.Hash == hash && f.state != Refused })
	c.mu.Unlock()
	if i < 0 {
		return ErrNoTool
	}
	if err := c.pool.pins.Approve(ctx, c.server.Name, map[string]string{tool: hash}, true); err != nil {
		return err
	}
	c.mu.Lock()
	for i := range c.found {
		f := &c.found[i]
		if f.tool.Original == tool && f.tool.Hash == hash && f.state == Changed {
			f.state, f.problem = Offered, ""
			if !listed(c.server.Execute, tool) {
				f.state = NotAllowed
			}
		}
	}
	c.mu.Unlock()
	c.pool.publish()
	return nil
}
