//go:build linux

package mcp_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// message is what the gateway sends to a server.
type message struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
}

// peer is how a server answers a message, over either transport.
type peer interface {
	say(text string)  // a line; whether it is a message or garbage is the server's affair
	pour(bytes int64) // a message with a text of so many bytes, as far as anybody reads it
	hang()            // answers nothing, until nobody waits any more
	die()             // does not return
}

// hostile is an MCP server that does with a message what it wants, and says whether it did;
// else it is answered as a good server would.
type hostile func(p peer, m message) bool

// asHostile is the variable that has the test's program be the one of a row: as programs they
// are processes of their own.
const asHostile = "BE_A_HOSTILE_MCP_SERVER"

// result is an answer to a message.
func result(m message, result string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, result)
}

// listOf lists tools, each given as JSON or only by its name.
func listOf(m message, tools ...string) string {
	for i, t := range tools {
		if !strings.HasPrefix(t, "{") {
			tools[i] = fmt.Sprintf(`{"name":%q,"inputSchema":{"type":"object"}}`, t)
		}
	}
	return result(m, `{"tools":[`+strings.Join(tools, ",")+`]}`)
}

// answerWell is what a good server does, whose tools are "trap" and "fine".
func answerWell(p peer, m message) {
	switch {
	case len(m.ID) == 0: // it wants no answer
	case m.Method == "initialize":
		p.say(result(m, `{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"hostile","version":"1"}}`))
	case m.Method == "ping":
		p.say(result(m, `{}`))
	case m.Method == "tools/list":
		p.say(listOf(m, "trap", "fine"))
	case m.Method == "tools/call":
		p.say(result(m, `{"content":[{"type":"text","text":"well"}]}`))
	default:
		p.say(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no such method"}}`, m.ID))
	}
}

// serveHostile is a hostile server over standard input and output.
func serveHostile(name string) {
	h, out := hostileOf(name), &program{}
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(line, &m) != nil {
			continue
		}
		if !h(out, m) {
			answerWell(out, m)
		}
	}
}

// program is the side of a server that is a program.
type program struct{ mu sync.Mutex }

func (p *program) say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = os.Stdout.WriteString(text + "\n")
}

func (p *program) pour(bytes int64) { _ = flood(os.Stdout, bytes, "\n") }

func (p *program) hang() {}
func (p *program) die()  { os.Exit(1) }

// flood writes a message that is large, until nobody reads it any more.
func flood(w io.Writer, bytes int64, end string) error {
	if _, err := io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"`); err != nil {
		return err
	}
	piece := strings.Repeat("x", 64<<10)
	for ; bytes > 0; bytes -= int64(len(piece)) {
		if _, err := io.WriteString(w, piece); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, `"}]}}`+end)
	return err
}

// web is the side of a server that speaks streamable HTTP. It answers each message with
// a stream of events.
type web struct {
	w http.ResponseWriter
	r *http.Request
}

func (p *web) say(text string) {
	p.w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(p.w, "data: "+text+"\n\n")
	_ = http.NewResponseController(p.w).Flush()
}

func (p *web) pour(bytes int64) {
	p.w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(p.w, "data: ")
	_ = flood(p.w, bytes, "\n\n")
}

func (p *web) hang() { <-p.r.Context().Done() }
func (p *web) die()  { panic(http.ErrAbortHandler) }

// overHTTP serves a hostile server.
func overHTTP(t *testing.T, name string) string {
	t.Helper()
	h := hostileOf(name)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		var m message
		if json.NewDecoder(r.Body).Decode(&m) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		p := &web{w, r}
		if len(m.ID) == 0 {
			defer w.WriteHeader(http.StatusAccepted)
		}
		if !h(p, m) {
			answerWell(p, m)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// near is a server that has nothing to hide, and must not suffer from its neighbours.
const near = "near"

// among returns a pool with a hostile server, called h, over a transport, and a good one.
func among(t *testing.T, name, kind string, change func(*mcp.Server)) *mcp.Pool {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := mcp.NewPool(mcp.Options{
		Commands:       map[string]mcp.Command{"h": {Path: self, Env: []string{asHostile + "=" + name}}},
		ConnectTimeout: time.Second, ListTimeout: time.Second,
		Backoff: func(int) time.Duration { return time.Millisecond },
	})
	t.Cleanup(p.Close)
	s := mcp.Server{
		Name: "h", Kind: kind, Private: true, Execute: []string{"*"}, MaxBytes: 1 << 20, Timeout: 2 * time.Second,
		Ping: time.Hour, Sync: time.Hour,
	}
	if kind == mcp.HTTP {
		s.URL = overHTTP(t, name)
	}
	if change != nil {
		change(&s)
	}
	p.Apply([]mcp.Server{s, {Name: near, Kind: mcp.HTTP, URL: overHTTP(t, "good"), Private: true, Execute: []string{"*"}}})
	return p
}
