package artefact

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// Cache is a folder with the artefacts that a node uses, so that it needs the shelf for
// each only once. Safe for concurrent use, also by several processes.
type Cache struct {
	dir   string
	shelf *Shelf
}

// fetchTimeout bounds how long an artefact may take to come.
const fetchTimeout = 30 * time.Second

// NewCache returns the cache in a folder, which is made when something is put there.
func NewCache(dir string, shelf *Shelf) *Cache { return &Cache{dir, shelf} }

// Fetch has an artefact in the folder, and what has been signed of it as it is known now,
// if the shelf can be asked.
func (c *Cache) Fetch(ctx context.Context, digest string) error {
	path, ok := c.path(digest)
	if !ok {
		return ErrNone
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	if c.has(digest) {
		info, err := c.shelf.Info(ctx, digest)
		if err == nil {
			err = write(path+signature, []byte(info.Signature))
		}
		_ = err // what is there is good without the shelf
		return nil
	}
	info, data, err := c.shelf.Get(ctx, digest)
	// A copy of the shelf that is a moment behind may not have it yet.
	for try := 0; errors.Is(err, ErrNone) && try < 3; try++ {
		select {
		case <-time.After(100 * time.Millisecond):
			info, data, err = c.shelf.Get(ctx, digest)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return err
	}
	// The signature first: what has its digest is taken for whole.
	if err := write(path+signature, []byte(info.Signature)); err != nil {
		return err
	}
	return write(path, data)
}

// Path returns where an artefact is that was fetched, once it is what its digest says and
// somebody has signed it whom t trusts.
func (c *Cache) Path(digest string, t *signing.Trust) (string, error) {
	path, ok := c.path(digest)
	if !ok || !c.has(digest) {
		return "", ErrNone
	}
	by, err := os.ReadFile(path + signature)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("artefact: read the signature of %s: %w", digest, err)
	}
	if _, err := t.Check(digest, string(by)); err != nil {
		return "", err
	}
	return path, nil
}

// signature is the end of the name of the file that has an artefact's signature.
const signature = ".sig"

func (c *Cache) path(digest string) (string, bool) {
	name, ok := signing.Key(digest)
	return filepath.Join(c.dir, name), ok
}

// has says whether an artefact is in the folder, and what its digest says.
func (c *Cache) has(digest string) bool {
	path, _ := c.path(digest)
	data, err := os.ReadFile(path)
	return err == nil && signing.Digest(data) == digest
}

// write makes a file, whole or not at all.
func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("artefact: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("artefact: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it may have been renamed
		return fmt.Errorf("artefact: %w", err)
	}
	return nil
}
