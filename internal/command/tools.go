package command

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/pflag"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// stdioFlag declares --mcp-stdio.
func stdioFlag(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "mcp-stdio", "", "`FILE` in the form of the configuration whose mcp section names the programs that this node may run as MCP servers; read once")
}

// programs are the MCP servers' programs that this node may run: those of its own
// configuration file, as it is at the start, and of the file of --mcp-stdio. No other
// configuration, from wherever it comes, adds to them.
func programs(own *config.Config, file string) (map[string]mcp.Command, error) {
	all, err := mcp.Commands(own)
	if err != nil || file == "" {
		return all, err
	}
	cfg, _, err := config.Load(file, builtIn)
	if err != nil {
		return nil, fmt.Errorf("--mcp-stdio: %w", err)
	}
	more, err := mcp.Commands(cfg)
	if err != nil {
		return nil, fmt.Errorf("--mcp-stdio: %w", err)
	}
	maps.Copy(all, more)
	return all, nil
}

// connectTools has the node keep connections to the MCP servers of a configuration, if it
// is one that takes calls.
func (n *node) connectTools(cfg *config.Config) {
	if slices.Contains(n.roles, "edge") {
		n.tools.Apply(mcp.Servers(cfg))
	}
}
