package prompt

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go/jetstream"
)

// bucket reads and writes sealed JSON. A name is part of a prompt's key, so that no two
// prompts can have the same, and a call finds one by it.
type bucket struct {
	conn *bus.Conn
	seal secret.Key
}

func newBucket(c *bus.Conn) bucket { return bucket{conn: c, seal: c.Derive("prompts")} }

// The keys of the bucket have three tokens: what it is, whose it is, which it is.
func folderKey(id string) string             { return folders + id }
func versionKey(prompt string, n int) string { return "version." + prompt + "." + strconv.Itoa(n) }
func sessionKey(prompt, id string) string    { return "session." + prompt + "." + id }

// promptKey makes a key of any name.
func promptKey(name string) string {
	sum := sha256.Sum256([]byte(name))
	return prompts + hex.EncodeToString(sum[:16])
}

// Below these stand all folders, and all prompts.
const (
	folders = "folder.all."
	prompts = "prompt.all."
)

// newID returns an id without dots and dashes.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

func (b bucket) open(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := b.conn.Control.Bucket(ctx, bus.Prompts)
	if err != nil {
		return nil, fmt.Errorf("prompt: open the bucket: %w", err)
	}
	return kv, nil
}

// get reads what a key has into v and returns its revision.
func (b bucket) get(ctx context.Context, key string, v any) (uint64, error) {
	kv, err := b.open(ctx)
	if err != nil {
		return 0, err
	}
	e, err := kv.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("prompt: read: %w", err)
	}
	return e.Revision(), b.decode(key, e.Value(), v)
}

func (b bucket) decode(key string, sealed []byte, v any) error {
	text, err := b.seal.Open(sealed, key)
	if err != nil {
		return fmt.Errorf("prompt: open: %w", err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("prompt: decode: %w", err)
	}
	return nil
}

// put writes v if the key still has the revision; 0 is for a key that must not be there.
func (b bucket) put(ctx context.Context, key string, v any, revision uint64) (uint64, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return 0, fmt.Errorf("prompt: encode: %w", err)
	}
	kv, err := b.open(ctx)
	if err != nil {
		return 0, err
	}
	sealed := b.seal.Seal(text, key)
	var now uint64
	if revision == 0 {
		now, err = kv.Create(ctx, key, sealed)
	} else {
		now, err = kv.Update(ctx, key, sealed, revision)
	}
	switch {
	case bus.IsConflict(err):
		return 0, ErrConflict
	case err != nil:
		return 0, fmt.Errorf("prompt: write: %w", err)
	}
	return now, nil
}

// remove deletes a key, whatever it has; with a revision only while it has that one.
func (b bucket) remove(ctx context.Context, key string, revision uint64) error {
	kv, err := b.open(ctx)
	if err != nil {
		return err
	}
	var options []jetstream.KVDeleteOpt
	if revision != 0 {
		options = append(options, jetstream.LastRevision(revision))
	}
	switch err := kv.Delete(ctx, key, options...); {
	case bus.IsConflict(err):
		return ErrConflict
	case err != nil:
		return fmt.Errorf("prompt: delete: %w", err)
	}
	return nil
}

// each reads all that stands below a prefix. What cannot be read is passed over: it is
// of a newer version, or forged.
func each[T any](ctx context.Context, b bucket, below string) ([]*T, error) {
	var all []*T
	err := b.conn.Control.EachValueBelow(ctx, bus.Prompts, below, func(key string, sealed []byte) {
		v := new(T)
		if b.decode(key, sealed, v) == nil {
			all = append(all, v)
		}
	})
	return all, err
}
