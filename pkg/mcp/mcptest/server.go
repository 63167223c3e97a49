package mcptest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Tool is a tool of a test's server.
type Tool struct {
	Name, Description string
	Schema            string // JSON Schema of the arguments; "" takes any object
	// Run answers with text; its error is one that the tool itself tells.
	Run func(ctx context.Context, arguments json.RawMessage) (string, error)
}

// Server is an MCP server of a test.
type Server struct {
	// Settings are those that the pool has for the server. The tools may all be used
	// unless a test says otherwise.
	Settings mcp.Server
	SDK      *sdk.Server

	mu       sync.Mutex
	sessions []*sdk.ServerSession
}

// NewServer makes a server.
func NewServer(name string, tools ...Tool) *Server {
	s := &Server{
		Settings: mcp.Server{Name: name, Kind: "test", Execute: []string{"*"}},
		SDK:      sdk.NewServer(&sdk.Implementation{Name: name, Version: "1"}, nil),
	}
	for _, t := range tools {
		s.Add(t)
	}
	return s
}

// Add gives the server a tool, in place of one of the same name.
func (s *Server) Add(t Tool) {
	if t.Schema == "" {
		t.Schema = `{"type":"object"}`
	}
	s.SDK.AddTool(&sdk.Tool{Name: t.Name, Description: t.Description, InputSchema: json.RawMessage(t.Schema)},
		func(ctx context.Context, req *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			text, err := "", error(nil)
			if t.Run != nil {
				text, err = t.Run(ctx, req.Params.Arguments)
			}
			result := &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: text}}}
			if err != nil {
				result.SetError(err)
				result.Content = []sdk.Content{&sdk.TextContent{Text: err.Error()}}
			}
			return result, nil
		})
}

// Drop ends the connections that the server has.
func (s *Server) Drop() {
	s.mu.Lock()
	sessions := s.sessions
	s.sessions = nil
	s.mu.Unlock()
	for _, session := range sessions {
		_ = session.Close() // it may have ended
	}
}

func (s *Server) connect() (sdk.Transport, error) {
	here, there := sdk.NewInMemoryTransports()
	session, err := s.SDK.Connect(context.Background(), here, nil)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.sessions = append(s.sessions, session)
	s.mu.Unlock()
	return there, nil
}

// Pool returns a pool that is connected to the servers, until the test ends.
func Pool(t testing.TB, servers ...*Server) *mcp.Pool {
	t.Helper()
	settings := make([]mcp.Server, len(servers))
	byName := map[string]*Server{}
	for i, s := range servers {
		settings[i] = s.Settings
		byName[s.Settings.Name] = s
	}
	p := mcp.NewPool(mcp.Options{
		Backoff:   func(int) time.Duration { return time.Millisecond },
		Transport: func(s mcp.Server) (sdk.Transport, error) { return byName[s.Name].connect() },
	})
	t.Cleanup(p.Close)
	p.Apply(settings)
	Connected(t, p)
	return p
}

// Connected waits until a pool is connected to all its servers.
func Connected(t testing.TB, p *mcp.Pool) {
	t.Helper()
	require.Eventually(t, func() bool {
		for _, s := range p.Clients() {
			if s.State != mcp.Connected {
				return false
			}
		}
		return true
	}, 30*time.Second, time.Millisecond, "not all MCP servers are connected")
}
