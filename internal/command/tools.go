package command

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/spf13/pflag"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/member"
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

// connectTools has the node keep connections to the MCP servers of a configuration: to
// all, if it is one that takes calls, else to those that are programs of its own.
func (n *node) connectTools(cfg *config.Config) {
	servers := mcp.Servers(cfg)
	if !slices.Contains(n.roles, "edge") {
		servers = slices.DeleteFunc(servers, func(s mcp.Server) bool {
			_, own := n.programs[s.Name]
			return s.Kind != mcp.Stdio || !own
		})
	}
	n.tools.Apply(servers)
}

// serveTools answers what edges ask the programs that run here, until ctx ends.
func (n *node) serveTools(ctx context.Context) {
	if err := n.tools.Serve(ctx, n.conn); err != nil {
		n.log.Error("the programs of MCP servers cannot be reached by edges", "error", err)
	}
}

// newTools makes the connections to MCP servers, of which there are none yet. Programs that
// do not run here are reached by workers, if there is a remote.
func newTools(conn *bus.Conn, version string, log *slog.Logger, programs map[string]mcp.Command, remote *mcp.Remote) *mcp.Pool {
	return mcp.NewPool(mcp.Options{Version: version, Log: log, Commands: programs, Pins: mcp.NewBusPins(conn), Remote: remote, SignIns: oauth.NewCluster(conn, log)})
}

// remoteTools reaches the programs that workers run; nil on a node that takes no calls, and
// where there are no workers.
func (o *nodeOptions) remoteTools() *mcp.Remote {
	if !slices.Contains(o.roles, "edge") || slices.Contains(o.roles, "control") {
		return nil
	}
	return mcp.NewRemote(o.conn, o.name)
}

// newMCP makes the server that MCP clients find at the node.
func (o *nodeOptions) newMCP(tools *mcp.Pool) *mcpserver.Server {
	s := mcpserver.New(mcpserver.Options{
		Version: o.version, Log: o.log, Key: o.secret.Derive("mcp-sessions"), Changed: tools.Changed, Tools: tools, Conn: o.conn,
	})
	s.Configure(mcpserver.SettingsOf(o.first))
	return s
}

// serveMCP hears what other edges tell of the sessions of MCP clients, until ctx ends. A node
// that takes no calls has none.
func (n *node) serveMCP(ctx context.Context) {
	if !slices.Contains(n.roles, "edge") {
		return
	}
	if err := n.mcp.Follow(ctx); err != nil {
		n.log.Error("calls of MCP clients that are cancelled elsewhere are not heard of", "error", err)
	}
}

// followSignIns has servers be connected to when somebody has signed in there, until ctx ends.
func followSignIns(ctx context.Context, conn *bus.Conn, tools *mcp.Pool) {
	tools.SignIns().Follow(ctx, conn, tools.SignedIn)
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

// mcpErrorBytes bounds what a node tells of an error each second. The whole is in its log.
const mcpErrorBytes = 200

// mcpStates are what a node tells of its connections to MCP servers.
func mcpStates(all []mcp.Brief) []member.MCP {
	told := make([]member.MCP, len(all))
	for i, b := range all {
		problem := strings.ToValidUTF8(b.Problem[:min(len(b.Problem), mcpErrorBytes)], "")
		told[i] = member.MCP{Name: b.Name, State: b.State, Since: b.Since, Seen: b.Seen, Error: problem, Tools: b.Tools, Offered: b.Offered}
	}
	return told
}
