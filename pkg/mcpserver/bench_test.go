package mcpserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
)

// granted may use what a filter lets pass.
type granted struct {
	caller
	pool   *mcp.Pool
	filter mcp.Filter
}

func (g *granted) Tools() ([]*mcp.Tool, *api.Error) { return g.pool.Tools(g.filter), nil }

// BenchmarkListing has a client list, page by page, the 1,000 tools of 50 servers that a
// virtual key may use: all that the gateway does for it, from the requests to the answers.
func BenchmarkListing(b *testing.B) {
	servers, grants := make([]*mcptest.Server, 50), []mcp.Grant{}
	for i := range servers {
		servers[i] = mcptest.NewServer(fmt.Sprintf("server%02d", i))
		for j := range 20 {
			servers[i].Add(mcptest.Tool{
				Name: fmt.Sprintf("tool%02d", j), Description: "Looks something up, and says what it has found.",
				Schema: `{"type":"object","properties":{"query":{"type":"string","description":"what to look for"},"limit":{"type":"integer","minimum":1}},"required":["query"]}`,
			})
		}
		grants = append(grants, mcp.Grant{Client: servers[i].Settings.Name, Tools: []string{"*"}})
	}
	c := &granted{pool: mcptest.Pool(b, servers...), filter: mcp.Filter{Grants: grants}}
	s := mcpserver.New(mcpserver.Options{Changed: never})
	b.ReportAllocs()
	for b.Loop() {
		tools, cursor := 0, ""
		for page := 0; page == 0 || cursor != ""; page++ {
			body := fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":"tools/list","params":{"cursor":%q}}`, page, cursor)
			r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/mcp", bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "application/json")
			w := httptest.NewRecorder()
			s.Serve(w, r, body, c)
			var answer struct {
				Result struct {
					Tools      []json.RawMessage
					NextCursor string
				}
			}
			b.StopTimer() // reading it is the client's affair
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				b.Fatal(err, w.Body)
			}
			tools, cursor = tools+len(answer.Result.Tools), answer.Result.NextCursor
			b.StartTimer()
		}
		if tools != 1000 {
			b.Fatal(tools, "tools")
		}
	}
}
