package files

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go/jetstream"
)

// Keep has a file be there, whose parts are; or changes what is known of it.
func (s *Store) Keep(ctx context.Context, owner string, f *File) error {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("files: encode: %w", err)
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.Files)
	if err != nil {
		return err
	}
	key := Names(owner)[0] + "." + f.ID
	if _, err := kv.Put(ctx, key, s.seal.Seal(text, key)); err != nil {
		return fmt.Errorf("files: keep: %w", err)
	}
	return nil
}

// Get returns an owner's file.
func (s *Store) Get(ctx context.Context, owner, id string) (*File, error) {
	if !Ours(id) {
		return nil, ErrNotFound
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.Files)
	if err != nil {
		return nil, err
	}
	for _, name := range Names(owner) {
		e, err := kv.Get(ctx, name+"."+id)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("files: read: %w", err)
		}
		return s.open(e.Key(), e.Value())
	}
	return nil, ErrNotFound
}

func (s *Store) open(key string, sealed []byte) (*File, error) {
	text, err := s.seal.Open(sealed, key)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	f := &File{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	_, f.ID, _ = strings.Cut(key, ".")
	return f, nil
}

// List returns an owner's files, the newest first.
func (s *Store) List(ctx context.Context, owner string) ([]*File, error) {
	var all []*File
	var unread error
	for _, name := range Names(owner) {
		err := s.conn.Control.EachValueBelow(ctx, bus.Files, name+".", func(key string, value []byte) {
			if f, err := s.open(key, value); err == nil {
				all = append(all, f)
			} else {
				unread = err
			}
		})
		if err = cmp.Or(err, unread); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b *File) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Delete takes an owner's file away. A part that cannot be deleted now is gone after
// [Life].
func (s *Store) Delete(ctx context.Context, owner, id string) error {
	f, err := s.Get(ctx, owner, id)
	if err != nil {
		return err
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.Files)
	if err != nil {
		return err
	}
	for _, name := range Names(owner) {
		if err := kv.Delete(ctx, name+"."+id); err != nil {
			return fmt.Errorf("files: delete: %w", err)
		}
	}
	s.drop(ctx, f)
	return nil
}

// drop gives back the room of a file that is not there any more.
func (s *Store) drop(ctx context.Context, f *File) {
	for _, st := range f.Stretches {
		for n := range st.Parts {
			if s.conn.Bulk.DeleteObject(ctx, bus.FileParts, part(f.ID, st.Writer, n)) != nil {
				return
			}
		}
	}
}
