package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// BusPins are the pins of a cluster.
type BusPins struct {
	conn *bus.Conn
	seal secret.Key
}

// NewBusPins returns the pins of a cluster.
func NewBusPins(c *bus.Conn) *BusPins { return &BusPins{conn: c, seal: c.Derive("mcp-pins")} }

// Approved implements Pins.
func (p *BusPins) Approved(ctx context.Context, client string) (map[string]string, error) {
	kv, err := p.conn.Control.Bucket(ctx, bus.MCPPins)
	if err != nil {
		return nil, fmt.Errorf("mcp: open the pins: %w", err)
	}
	all, _, err := p.read(ctx, kv, client)
	return all, err
}

// pinTries is how often a change is made while others are quicker each time.
const pinTries = 10

// Approve implements Pins.
func (p *BusPins) Approve(ctx context.Context, client string, hashes map[string]string, replace bool) error {
	kv, err := p.conn.Control.Bucket(ctx, bus.MCPPins)
	if err != nil {
		return fmt.Errorf("mcp: open the pins: %w", err)
	}
	for range pinTries {
		all, revision, err := p.read(ctx, kv, client)
		if err != nil {
			return err
		}
		before := maps.Clone(all)
		if pin(all, hashes, replace); maps.Equal(all, before) {
			return nil
		}
		text, err := json.Marshal(all)
		if err != nil {
			return fmt.Errorf("mcp: encode the pins: %w", err)
		}
		if revision == 0 {
			_, err = kv.Create(ctx, client, p.seal.Seal(text, client))
		} else {
			_, err = kv.Update(ctx, client, p.seal.Seal(text, client), revision)
		}
		switch {
		case err == nil:
			return nil
		case bus.IsConflict(err):
			continue
		}
		return fmt.Errorf("mcp: write the pins: %w", err)
	}
	return errors.New("mcp: write the pins: others were quicker each time")
}

// read returns a server's pins and their revision, 0 where there are none yet. What was
// not sealed by a node of the cluster is an error: it must not pass for nothing approved.
func (p *BusPins) read(ctx context.Context, kv jetstream.KeyValue, client string) (map[string]string, uint64, error) {
	all := map[string]string{}
	e, err := kv.Get(ctx, client)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return all, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("mcp: read the pins: %w", err)
	}
	text, err := p.seal.Open(e.Value(), client)
	if err != nil {
		return nil, 0, fmt.Errorf("mcp: open the pins: %w", err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, 0, fmt.Errorf("mcp: decode the pins: %w", err)
	}
	return all, e.Revision(), nil
}
