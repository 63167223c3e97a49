package artefact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// MaxBytes is the most that an artefact may have.
const MaxBytes = 16 << 20

// Info is what is known of an artefact.
type Info struct {
	Digest    string    `json:"digest"`
	Name      string    `json:"name,omitempty"` // as whoever has laid it down calls it
	Size      int       `json:"size"`
	Signature string    `json:"signature,omitempty"`
	Added     time.Time `json:"added"`
	AddedBy   string    `json:"added_by,omitempty"`
}

// ErrNone is the error of an artefact that is not there.
var ErrNone = errors.New("artefact: there is no such artefact")

// Shelf is where the cluster keeps artefacts. Safe for concurrent use.
type Shelf struct{ conn *bus.Conn }

// NewShelf returns the cluster's shelf.
func NewShelf(c *bus.Conn) *Shelf { return &Shelf{c} }

// Put lays an artefact down. One that is there already gets another signature, if it has one.
func (s *Shelf) Put(ctx context.Context, info Info, data []byte) (*Info, error) {
	info.Digest, info.Size = signing.Digest(data), len(data)
	name, _ := signing.Key(info.Digest)
	switch old, err := s.Info(ctx, info.Digest); {
	case errors.Is(err, ErrNone):
		if err := s.conn.Control.PutObject(ctx, bus.PluginArtefacts, name, data); err != nil {
			return nil, fmt.Errorf("artefact: lay down %s: %w", info.Digest, err)
		}
	case err != nil:
		return nil, err
	case info.Signature == "":
		return old, nil
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.PluginArtefactInfo)
	if err != nil {
		return nil, fmt.Errorf("artefact: %w", err)
	}
	value, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	// Last, so that what is known is there.
	if _, err := kv.Put(ctx, name, value); err != nil {
		return nil, fmt.Errorf("artefact: note %s: %w", info.Digest, err)
	}
	return &info, nil
}

// Info returns what is known of an artefact, or ErrNone.
func (s *Shelf) Info(ctx context.Context, digest string) (*Info, error) {
	name, ok := signing.Key(digest)
	if !ok {
		return nil, ErrNone
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.PluginArtefactInfo)
	if err != nil {
		return nil, fmt.Errorf("artefact: %w", err)
	}
	entry, err := kv.Get(ctx, name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("artefact: look at %s: %w", digest, err)
	}
	var info Info
	if err := json.Unmarshal(entry.Value(), &info); err != nil {
		return nil, fmt.Errorf("artefact: read what is known of %s: %w", digest, err)
	}
	return &info, nil
}

// Get takes an artefact down, or returns ErrNone. What it returns has the digest.
func (s *Shelf) Get(ctx context.Context, digest string) (*Info, []byte, error) {
	info, err := s.Info(ctx, digest)
	if err != nil {
		return nil, nil, err
	}
	name, _ := signing.Key(digest)
	data, err := s.conn.Control.GetObject(ctx, bus.PluginArtefacts, name)
	switch {
	case errors.Is(err, bus.ErrNoObject):
		return nil, nil, ErrNone
	case err != nil:
		return nil, nil, fmt.Errorf("artefact: %w", err)
	case signing.Digest(data) != digest:
		return nil, nil, fmt.Errorf("artefact: %s is not what it is named by", digest)
	}
	return info, data, nil
}

// List returns what is known of all artefacts, the newest first.
func (s *Shelf) List(ctx context.Context) ([]Info, error) {
	all, damaged := []Info{}, error(nil)
	err := s.conn.Control.EachValue(ctx, bus.PluginArtefactInfo, func(key string, value []byte) {
		var info Info
		if err := json.Unmarshal(value, &info); err != nil {
			damaged = fmt.Errorf("artefact: read what is known of %s: %w", key, err)
			return
		}
		all = append(all, info)
	})
	slices.SortFunc(all, func(a, b Info) int { return b.Added.Compare(a.Added) })
	return all, errors.Join(err, damaged)
}

// Delete takes an artefact away. Nodes that have it go on with it.
func (s *Shelf) Delete(ctx context.Context, digest string) error {
	if _, err := s.Info(ctx, digest); err != nil {
		return err
	}
	name, _ := signing.Key(digest)
	kv, err := s.conn.Control.Bucket(ctx, bus.PluginArtefactInfo)
	if err == nil {
		err = kv.Delete(ctx, name)
	}
	if err == nil {
		err = s.conn.Control.DeleteObject(ctx, bus.PluginArtefacts, name)
	}
	if err != nil {
		return fmt.Errorf("artefact: delete %s: %w", digest, err)
	}
	return nil
}
