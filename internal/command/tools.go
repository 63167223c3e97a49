package command

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// connectTools has the node keep connections to the MCP servers of a configuration, if it
// is one that takes calls.
func (n *node) connectTools(cfg *config.Config) {
	if slices.Contains(n.roles, "edge") {
		n.tools.Apply(mcp.Servers(cfg))
	}
}
