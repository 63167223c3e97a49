package virtualkey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go/jetstream"
)

// FormerPurpose is what the keys are derived for that seal in [bus.Former].
const FormerPurpose = "former"

// formerTags is the name of the former tag keys in [bus.Former].
const formerTags = "virtual-key-tags"

// mostFormer bounds the former tag keys: each costs every look at a key that is not known
// a hash. The oldest go.
const mostFormer = 16

// KeepFormer keeps the tag keys of the cluster's secret keys but the first, so that the virtual
// keys that were made with them are known as such when these have been given up. Control
// calls it while there are several.
func KeepFormer(ctx context.Context, c *bus.Conn) error {
	kv, err := c.Control.Bucket(ctx, bus.Former)
	if err != nil {
		return fmt.Errorf("virtual key: keep former tag keys: %w", err)
	}
	kept, revision, err := readFormer(ctx, c, kv)
	if err != nil {
		return err
	}
	before := len(kept)
	own := true
	for key := range c.Derive(tagPurpose).All() {
		if text := key.Encode(); !own && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
		own = false
	}
	if len(kept) == before {
		return nil
	}
	text, err := json.Marshal(kept[max(0, len(kept)-mostFormer):])
	if err != nil {
		return fmt.Errorf("virtual key: keep former tag keys: %w", err)
	}
	_, err = kv.Update(ctx, formerTags, c.Derive(FormerPurpose).Seal(text, formerTags), revision)
	if err != nil && !bus.IsConflict(err) { // else another control has kept the same
		return fmt.Errorf("virtual key: keep former tag keys: %w", err)
	}
	return nil
}

// Former returns the tag keys of secret keys that have been given up, for [Minter.Accept].
func Former(ctx context.Context, c *bus.Conn) ([]secret.Key, error) {
	kv, err := c.Control.Bucket(ctx, bus.Former)
	if err != nil {
		return nil, fmt.Errorf("virtual key: read former tag keys: %w", err)
	}
	texts, _, err := readFormer(ctx, c, kv)
	if err != nil {
		return nil, err
	}
	keys := make([]secret.Key, 0, len(texts))
	for _, text := range texts {
		key, err := secret.ParseKey(text)
		if err != nil {
			return nil, fmt.Errorf("virtual key: read former tag keys: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// readFormer reads the tag keys that are kept, the oldest first, and the revision that they
// are of; 0 where none are.
func readFormer(ctx context.Context, c *bus.Conn, kv jetstream.KeyValue) (texts []string, revision uint64, err error) {
	e, err := kv.Get(ctx, formerTags)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, 0, nil
	}
	if err == nil {
		var text []byte
		if text, err = c.Derive(FormerPurpose).Open(e.Value(), formerTags); err == nil {
			err = json.Unmarshal(text, &texts)
		}
	}
	if err != nil {
		return nil, 0, fmt.Errorf("virtual key: read former tag keys: %w", err)
	}
	return texts, e.Revision(), nil
}
