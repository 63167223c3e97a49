package edge_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth/oauthtest"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// browse is a browser that follows no redirect.
func browse(t *testing.T, req *http.Request, cookies ...*http.Cookie) (*http.Response, string) {
	t.Helper()
	for _, c := range cookies {
		req.AddCookie(c)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

func TestTheHolderOfAKeySignsInAtAServer(t *testing.T) {
	s := oauthtest.Start(t)
	s.Open = true
	pool := mcp.NewPool(mcp.Options{SignIns: oauth.New(oauth.Options{Seal: secret.NewKey()})})
	t.Cleanup(pool.Close)
	pool.Apply([]mcp.Server{{
		Name: "files", Kind: mcp.HTTP, URL: s.Resource(), Private: true, Execute: []string{"*"},
		OAuth: &oauth.Settings{Server: "files", Resource: s.Resource(), Private: true, PerUser: true},
	}})
	mcptest.Connected(t, pool)
	server := mcpserver.New(mcpserver.Options{Version: "1", Key: secret.NewKey(), Changed: pool.Changed, Tools: pool})
	d := startEdge(t, mcpConfig(), gateway.Options{Limits: memory.New(memory.Options{}), Tools: pool}, edge.Options{Node: "n1", MCP: server})
	t.Cleanup(func() { d.stop(t, 5*time.Second) })

	client := connectVersion(t, d, versions[1], bearer{"Authorization": "Bearer sk-bf-all"}, nil)
	whoami := func() string {
		result, err := client.CallTool(t.Context(), &sdk.CallToolParams{Name: "files-whoami"})
		require.NoError(t, err)
		return result.Content[0].(*sdk.TextContent).Text
	}
	said := whoami()
	at := d.URL("/mcp/sign-in?server=files")
	require.Contains(t, said, at)
	get := func(address string, cookies ...*http.Cookie) (*http.Response, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		require.NoError(t, err)
		return browse(t, req, cookies...)
	}
	resp, body := get(at)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "<form")
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
	resp, body = get(d.URL("/mcp/sign-in?server=%3Cscript%3E"))
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	require.NotContains(t, body, "<script>")

	post := func(key, origin string) (*http.Response, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(url.Values{"server": {"files"}, "key": {key}}.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		return browse(t, req)
	}
	resp, _ = post("sk-bf-nobody", "")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	resp, _ = post("sk-bf-all", "https://evil.example.com")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	resp, _ = post("sk-bf-all", d.URL(""))
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.Len(t, resp.Cookies(), 1)
	cookie := resp.Cookies()[0]
	require.True(t, cookie.HttpOnly)

	back := s.SignIn(t, resp.Header.Get("Location"), "ada")
	require.Equal(t, d.URL("/mcp/sign-in/callback"), back.Scheme+"://"+back.Host+back.Path)
	resp, _ = get(back.String())
	require.Equal(t, http.StatusForbidden, resp.StatusCode, "another browser")
	resp, body = get(back.String(), cookie)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	resp, _ = get(back.String(), cookie)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode, "it comes twice")
	require.Equal(t, "You are ada", whoami())
	other := connectVersion(t, d, versions[0], bearer{"Authorization": "Bearer sk-bf-few"}, nil)
	result, err := other.CallTool(t.Context(), &sdk.CallToolParams{Name: "files-whoami"})
	require.NoError(t, err)
	require.Contains(t, result.Content[0].(*sdk.TextContent).Text, at, "a token is its key's alone")
}
