//go:build integration && linux

package mcp_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// everything is the reference server, which has a tool of each kind.
func everything(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("node/node_modules/.bin/mcp-server-everything")
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the server is not installed: scripts/integration.sh does it")
	}
	return path
}

// listening starts the server for a transport, and returns its port.
func listening(t *testing.T, transport string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
	require.NoError(t, ln.Close())
	cmd := exec.Command(everything(t), transport)
	cmd.Env = append(os.Environ(), "PORT="+port)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // it was killed
	})
	return port
}

func TestTheReferenceServerWorksOverEachTransport(t *testing.T) {
	for name, server := range map[string]func() mcp.Server{
		"stdio": func() mcp.Server { return mcp.Server{Kind: mcp.Stdio} },
		"http": func() mcp.Server {
			return mcp.Server{Kind: mcp.HTTP, URL: "http://127.0.0.1:" + listening(t, "streamableHttp") + "/mcp"}
		},
		"sse": func() mcp.Server {
			return mcp.Server{Kind: mcp.SSE, URL: "http://127.0.0.1:" + listening(t, "sse") + "/sse"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := server()
			s.Name, s.Private, s.Execute = "all", true, []string{"*"}
			p := mcp.NewPool(mcp.Options{
				Backoff: func(int) time.Duration { return 200 * time.Millisecond },
				Commands: map[string]mcp.Command{
					"all": {Path: everything(t), Args: []string{"stdio"}, Env: []string{"PATH=" + os.Getenv("PATH")}},
				},
			})
			defer p.Close()
			p.Apply([]mcp.Server{s})
			require.Eventually(t, func() bool { return p.Find(mcp.Filter{}, "all-get-sum") != nil }, time.Minute, 10*time.Millisecond)
			run := func(tool, arguments string) (*mcp.Result, error) {
				return p.Call(t.Context(), mcp.Invocation{Tool: p.Find(mcp.Filter{}, "all-"+tool), Arguments: api.JSON(arguments)})
			}
			r, err := run("echo", `{"message":"hello"}`)
			require.NoError(t, err)
			require.Equal(t, "Echo: hello", r.Text())
			r, err = run("get-tiny-image", `{}`)
			require.NoError(t, err)
			require.Equal(t, api.PartImage, r.Parts[1].Kind)
			require.Equal(t, "image/png", r.Parts[1].Media.MIME)
			r, err = run("get-structured-content", `{"location":"New York"}`)
			require.NoError(t, err)
			require.JSONEq(t, r.Text(), string(r.Structured))
			_, err = run("get-sum", `{"a":"one","b":2}`)
			require.ErrorContains(t, err, "break its schema")
		})
	}
}
