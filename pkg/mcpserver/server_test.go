package mcpserver_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// caller may use tools, which wait until their call ends if it is told where they wait.
type caller struct {
	mu      sync.Mutex
	tools   []*mcp.Tool
	waiting chan struct{}
}

func (c *caller) Identity() string { return "me" }

func (c *caller) Tools() ([]*mcp.Tool, *api.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tools, nil
}

func (c *caller) Run(ctx context.Context, _ mcpserver.Call) (*mcp.Result, *api.Error) {
	c.waiting <- struct{}{}
	<-ctx.Done()
	return nil, api.Errorf(api.KindCanceled, "client_closed_request", "The caller has left.")
}

func never() <-chan struct{} { return nil }

// listen serves a caller by a server.
func listen(t *testing.T, o mcpserver.Options, c mcpserver.Caller) string {
	t.Helper()
	o.Changed = never
	s := mcpserver.New(o)
	if o.Conn != nil {
		go func() { _ = s.Follow(t.Context()) }() // that it does not is seen by what it does not hear
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(strings.Builder)
		_ = r.Write(body) // the tests' requests can be read
		_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
		s.Serve(w, r, []byte(text), c)
	}))
	t.Cleanup(func() {
		s.Drain()
		web.Close()
	})
	return web.URL
}

func request(t *testing.T, method, url, session, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if session != "" {
		req.Header.Set("Mcp-Session-Id", session)
	}
	return req
}

func send(t *testing.T, method, url, session, body string) *http.Response {
	t.Helper()
	res, err := http.DefaultClient.Do(request(t, method, url, session, body))
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() }) // it may have been read
	return res
}

const (
	initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`
	call       = `{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"wait","arguments":{}}}`
	cancelled  = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}`
)

func TestACallIsCancelledByWayOfAnotherNode(t *testing.T) {
	cluster, key := bustest.Start(t), secret.NewKey()
	here, there := cluster.Connect(t, bus.Edge, "here"), cluster.Connect(t, bus.Edge, "there")
	c := &caller{waiting: make(chan struct{}, 1)}
	a := listen(t, mcpserver.Options{Key: key, Conn: here}, c)
	b := listen(t, mcpserver.Options{Key: key, Conn: there}, c)
	for _, end := range []func(session string){
		func(session string) { send(t, http.MethodPost, b, session, cancelled) },
		func(session string) { send(t, http.MethodDelete, b, session, "") },
	} {
		session := send(t, http.MethodPost, a, "", initialize).Header.Get("Mcp-Session-Id")
		require.NotEmpty(t, session)
		answered, asked := make(chan error, 1), request(t, http.MethodPost, a, session, call)
		go func() {
			res, err := http.DefaultClient.Do(asked)
			if err == nil {
				err = res.Body.Close()
			}
			answered <- err
		}()
		<-c.waiting
		require.Eventually(t, func() bool { // the other node may not listen yet
			end(session)
			select {
			case err := <-answered:
				require.NoError(t, err)
				return true
			case <-time.After(50 * time.Millisecond):
				return false
			}
		}, time.Minute, time.Millisecond)
	}
}

func TestToolsAreListedInPages(t *testing.T) {
	c := &caller{}
	for i := range 1000 {
		c.tools = append(c.tools, &mcp.Tool{Name: "t" + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10)), Schema: api.JSON(`{"type":"object"}`)})
	}
	url := listen(t, mcpserver.Options{Key: secret.NewKey()}, c)
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	s, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: url}, nil)
	require.NoError(t, err)
	defer s.Close()
	first, err := s.ListTools(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, first.Tools, 250)
	n := 0
	for tool, err := range s.Tools(t.Context(), nil) {
		require.NoError(t, err)
		require.Equal(t, c.tools[n].Name, tool.Name)
		n++
	}
	require.Equal(t, 1000, n)
}

func TestEachListingOfABatchHasItsOwnPage(t *testing.T) {
	c := &caller{}
	for i := range 600 {
		c.tools = append(c.tools, &mcp.Tool{Name: fmt.Sprintf("tool%03d", i), Description: "<b>\n&", Schema: api.JSON(`{"type": "object"}`)})
	}
	url := listen(t, mcpserver.Options{Key: secret.NewKey()}, c)
	list := func(id, after string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%q,"method":"tools/list","params":{"cursor":%q}}`, id, base64.RawURLEncoding.EncodeToString([]byte(after)))
	}
	for _, accept := range []string{"application/json", "text/event-stream"} {
		req := request(t, http.MethodPost, url, "", "["+list("b", "tool249")+","+list("c", "tool499")+","+list("d", "tool599")+","+list("a", "")+"]")
		req.Header.Set("Accept", accept)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		got := map[string][]sdk.Tool{}
		take := func(answers ...listed) {
			for _, a := range answers {
				got[a.ID] = a.Result.Tools
			}
		}
		if accept == "application/json" {
			var answers []listed
			require.NoError(t, json.Unmarshal(body, &answers), string(body))
			take(answers...)
		}
		for line := range strings.Lines(string(body)) {
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				var answer listed
				require.NoError(t, json.Unmarshal([]byte(data), &answer), data)
				take(answer)
			}
		}
		require.Len(t, got, 4, accept)
		for id, want := range map[string][2]int{"a": {0, 250}, "b": {250, 500}, "c": {500, 600}, "d": {600, 600}} {
			require.NotNil(t, got[id], "a list that is empty is one")
			require.Len(t, got[id], want[1]-want[0])
			for i, tool := range got[id] {
				require.Equal(t, c.tools[want[0]+i].Name, tool.Name)
				require.Equal(t, "<b>\n&", tool.Description)
			}
		}
	}
}

// listed is an answer to a listing.
type listed struct {
	ID     string
	Result struct{ Tools []sdk.Tool }
}

func TestASessionIsOfItsKeyAndLivesThroughAnExchange(t *testing.T) {
	old, err := secret.ParseKey(secret.NewKey().Encode())
	require.NoError(t, err)
	fresh := secret.NewKey()
	both, err := secret.ParseKey(fresh.Encode() + "," + old.Encode())
	require.NoError(t, err)
	c := &caller{}
	session := send(t, http.MethodPost, listen(t, mcpserver.Options{Key: old}, c), "", initialize).Header.Get("Mcp-Session-Id")
	const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	require.Equal(t, 200, send(t, http.MethodPost, listen(t, mcpserver.Options{Key: both}, c), session, ping).StatusCode)
	require.Equal(t, 404, send(t, http.MethodPost, listen(t, mcpserver.Options{Key: fresh}, c), session, ping).StatusCode)
}
