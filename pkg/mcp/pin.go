package mcp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Pins remember which form of each tool may be used, for all nodes.
type Pins interface {
	// Approved returns the approved hashes of a server's tools, by the server's names.
	Approved(ctx context.Context, client string) (map[string]string, error)
	// Approve adds to them. What is there of the same names stays, or is replaced.
	Approve(ctx context.Context, client string, hashes map[string]string, replace bool) error
}

// MemoryPins are pins of one process.
type MemoryPins struct {
	mu sync.Mutex
	of map[string]map[string]string
}

// Approved implements Pins.
func (p *MemoryPins) Approved(_ context.Context, client string) (map[string]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]string, len(p.of[client]))
	for tool, hash := range p.of[client] {
		out[tool] = hash
	}
	return out, nil
}

// Approve implements Pins.
func (p *MemoryPins) Approve(_ context.Context, client string, hashes map[string]string, replace bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = make(map[string]map[string]string)
	}
	if p.of[client] == nil {
		p.of[client] = make(map[string]string)
	}
	pin(p.of[client], hashes, replace)
	return nil
}

func pin(all, hashes map[string]string, replace bool) {
	for tool, hash := range hashes {
		if _, there := all[tool]; !there || replace {
			all[tool] = hash
		}
	}
}

// hashOf is of all that a server says of a tool that a model or a caller could go by.
func hashOf(t *sdk.Tool) string {
	b, err := json.Marshal([]any{t.Name, t.Title, t.Description, t.InputSchema, t.OutputSchema, t.Annotations})
	if err != nil { // it was read from JSON
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
