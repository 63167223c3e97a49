package mcpserver

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// pages are the tools that an exchange lists, as their text, which is kept with each tool. The
// SDK would write that text anew, and look at all of it several times; so it writes a tool
// that stands for a page, which is put in its place on the way to the client. Nobody else can
// write that tool: its name is chance.
type pages struct {
	http.ResponseWriter

	mu    sync.Mutex
	stand []standIn // that the SDK has not written yet
}

// standIn is what the SDK writes for a page.
type standIn struct{ written, page []byte }

// add returns the tool that stands for a page.
func (p *pages) add(page []byte) *sdk.Tool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &sdk.Tool{Name: rand.Text(), InputSchema: emptySchema}
	written, _ := json.Marshal(t) // of these values it always can be
	p.stand = append(p.stand, standIn{written, page})
	return t
}

// Write implements http.ResponseWriter. The SDK writes a message, or all of them, at once.
func (p *pages) Write(b []byte) (int, error) {
	out := b
	p.mu.Lock()
	p.stand = slices.DeleteFunc(p.stand, func(s standIn) bool {
		before, after, found := bytes.Cut(out, s.written)
		if found {
			out = slices.Concat(before, s.page, after)
		}
		return found
	})
	p.mu.Unlock()
	if _, err := p.ResponseWriter.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Unwrap is for http.ResponseController.
func (p *pages) Unwrap() http.ResponseWriter { return p.ResponseWriter }
