//go:build linux

package mcp_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
)

// asServer is the variable that has the test's program be an MCP server.
const asServer = "BE_AN_MCP_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		serve()
		return
	}
	if name := os.Getenv(asHostile); name != "" {
		serveHostile(name)
		return
	}
	goleak.VerifyTestMain(m)
}

// serve is an MCP server whose tools tell of the process, and end it.
func serve() {
	s := sdk.NewServer(&sdk.Implementation{Name: "process", Version: "1"}, nil)
	type none struct{}
	tool := func(name string, run func() string) {
		sdk.AddTool(s, &sdk.Tool{Name: name}, func(context.Context, *sdk.CallToolRequest, none) (*sdk.CallToolResult, any, error) {
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: run()}}}, nil, nil
		})
	}
	tool("pid", func() string { return strconv.Itoa(os.Getpid()) })
	tool("env", func() string { return strings.Join(os.Environ(), "\n") })
	tool("dir", func() string { dir, _ := os.Getwd(); return dir })
	tool("die", func() string { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); return "" })
	entered, left := make(chan struct{}, 1), make(chan struct{}, 1)
	sdk.AddTool(s, &sdk.Tool{Name: "hang"}, func(ctx context.Context, _ *sdk.CallToolRequest, _ none) (*sdk.CallToolResult, any, error) {
		entered <- struct{}{}
		<-ctx.Done()
		left <- struct{}{}
		return nil, nil, ctx.Err()
	})
	tool("entered", func() string { <-entered; return "entered" })
	tool("left", func() string { <-left; return "left" })
	tool("flood", func() string { return strings.Repeat("x", 4<<20) })
	fmt.Fprintln(os.Stderr, "ready, with the key sk-proj-0123456789abcdefghijklmnopqrstuv")
	_ = s.Run(context.Background(), &sdk.StdioTransport{})
}

// programs is a pool with the test's own program as an MCP server.
func programs(t *testing.T, log *slog.Logger) *mcp.Pool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv("ASBRU_TEST_SECRET", "not for programs")
	t.Setenv("FOR_PROGRAMS", "yes")
	commands, err := mcp.Commands(&config.Config{MCP: config.MCP{Clients: []config.MCPClient{
		{Name: "p", ConnectionType: "stdio", Stdio: &config.MCPStdio{Command: self, Envs: []string{"FOR_PROGRAMS", "NOT_THERE", asServer + "=1"}}},
	}}})
	require.NoError(t, err)
	p := mcp.NewPool(mcp.Options{Commands: commands, Log: log, Backoff: func(int) time.Duration { return time.Millisecond }})
	t.Cleanup(p.Close)
	p.Apply([]mcp.Server{{Name: "p", Kind: mcp.Stdio, Execute: []string{"*"}, MaxBytes: 1 << 20}})
	mcptest.Connected(t, p)
	return p
}

func ask(t *testing.T, p *mcp.Pool, tool string) string {
	t.Helper()
	r, err := p.Call(t.Context(), mcp.Invocation{Tool: p.Find(mcp.Filter{}, "p-"+tool)})
	require.NoError(t, err)
	return r.Text()
}

func TestAProgramHasNothingButWhatItIsGivenAndEndsWithThePool(t *testing.T) {
	p := programs(t, nil)
	require.Equal(t, []string{asServer + "=1", "FOR_PROGRAMS=yes"}, sorted(strings.Split(ask(t, p, "env"), "\n")))
	dir := ask(t, p, "dir")
	require.True(t, strings.HasPrefix(filepath.Base(dir), "asbru-mcp-"), dir)
	pid, err := strconv.Atoi(ask(t, p, "pid"))
	require.NoError(t, err)
	group, err := syscall.Getpgid(pid)
	require.NoError(t, err)
	require.Equal(t, pid, group)
	p.Close()
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
	require.NoDirExists(t, dir)
}

func TestAProgramThatDiesOrSaysTooMuchIsStartedAgain(t *testing.T) {
	p := programs(t, nil)
	for tool, want := range map[string]string{"die": "mcp_unavailable", "flood": "mcp_answer_too_large"} {
		pid := ask(t, p, "pid")
		_, err := p.Call(t.Context(), mcp.Invocation{Tool: p.Find(mcp.Filter{}, "p-"+tool)})
		require.Equal(t, want, code(err), tool)
		require.Eventually(t, func() bool {
			r, err := p.Call(t.Context(), mcp.Invocation{Tool: p.Find(mcp.Filter{}, "p-pid"), Arguments: api.JSON(`{}`)})
			return err == nil && r.Text() != pid
		}, soon, time.Millisecond)
	}
}

func TestAProgramThatNoStartUpFileNamesIsNotRun(t *testing.T) {
	p := mcp.NewPool(mcp.Options{Backoff: func(int) time.Duration { return time.Millisecond }})
	defer p.Close()
	p.Apply(mcp.Servers(&config.Config{MCP: config.MCP{Clients: []config.MCPClient{
		{Name: "evil", ConnectionType: "stdio", Stdio: &config.MCPStdio{Command: "touch", Args: []string{filepath.Join(t.TempDir(), "here")}}},
	}}}))
	require.Eventually(t, func() bool { return p.Clients()[0].State == mcp.Disconnected }, soon, time.Millisecond)
	require.Contains(t, p.Clients()[0].Problem, "start-up file")
}

func TestWhatAProgramSaysIsLoggedWithoutSecretsAndWithinBounds(t *testing.T) {
	var log lockedBuffer
	p := programs(t, slog.New(slog.NewTextHandler(&log, nil)))
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "ready, with the key") }, soon, time.Millisecond)
	require.NotContains(t, log.String(), "0123456789abcdef")
	p.Close()
}
