package command

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/spf13/pflag"

	"github.com/asbru-gateway/asbru/pkg/bus"
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

// newTools makes the connections to MCP servers, of which there are none yet.
func newTools(conn *bus.Conn, version string, log *slog.Logger, programs map[string]mcp.Command) *mcp.Pool {
	return mcp.NewPool(mcp.Options{Version: version, Log: log, Commands: programs, Pins: mcp.NewBusPins(conn)})
}

// followApprovals has tools be looked at again when some were approved, until ctx ends.
func followApprovals(ctx context.Context, conn *bus.Conn, tools *mcp.Pool) {
	hints, err := conn.Control.NATS.Subscribe(bus.MCPPinsChanged.All(), func(*nats.Msg) { tools.Look() })
	if err != nil {
		return // they are looked at now and then
	}
	<-ctx.Done()
	_ = hints.Unsubscribe() // it ends with the connection otherwise
}
