package idempotency

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// state is how far the call of a key has come.
type state string

const (
	running  state = "running"
	done     state = "done"
	failed   state = "failed"    // told to those who waited; the next try begins anew
	tooLarge state = "too_large" // answered, but not to be told again
	unknown  state = "unknown"   // its node died with the call
)

// entry is what the bucket has of a key.
type entry struct {
	State state `json:"state"`
	// Claim is another one for each call that was begun for the key.
	Claim string `json:"claim"`
	Node  string `json:"node"`
	// Print tells requests apart.
	Print []byte `json:"print"`
	// Answer is the sealed answer, or Object names it in the store of results.
	Answer []byte `json:"answer,omitempty"`
	Object string `json:"object,omitempty"`

	revision uint64
}

// maxInline is how large a sealed answer may be that stands in the entry itself,
// which takes one message where an object takes three.
const maxInline = 32 << 10

// read returns the entry of a key, nil if there is none.
func (s *Store) read(ctx context.Context, kv jetstream.KeyValue, id string) (*entry, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	got, err := kv.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	if err != nil {
		return nil, fmt.Errorf("read an idempotency key: %w", err)
	}
	e := &entry{revision: got.Revision()}
	if err := json.Unmarshal(got.Value(), e); err != nil {
		return nil, fmt.Errorf("read an idempotency key: %w", err)
	}
	return e, nil
}

// write puts an entry in the place of the revision that it was read at, 0 for none.
// It reports false if somebody else was faster.
func (s *Store) write(ctx context.Context, kv jetstream.KeyValue, id string, e *entry) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	data, err := json.Marshal(e)
	if err != nil {
		return false, fmt.Errorf("write an idempotency key: %w", err)
	}
	var revision uint64
	if e.revision == 0 {
		revision, err = kv.Create(ctx, id, data)
	} else {
		revision, err = kv.Update(ctx, id, data, e.revision)
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write an idempotency key: %w", err)
	}
	e.revision = revision
	return true, nil
}

// keep puts an answer into an entry, sealed for the key.
func (s *Store) keep(ctx context.Context, id string, e *entry, a *Answer) error {
	text, err := a.encode()
	if err != nil {
		return err
	}
	sealed := s.seal.Seal(text, id)
	if len(sealed) <= maxInline {
		e.Answer = sealed
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	e.Object = "idem/" + id + "/" + e.Claim
	return s.conn.Bulk.PutObject(ctx, bus.Results, e.Object, sealed)
}

// open returns the answer of an entry.
func (s *Store) open(ctx context.Context, id string, e *entry) (*Answer, error) {
	sealed := e.Answer
	if e.Object != "" {
		var err error
		if sealed, err = s.conn.Bulk.GetObject(ctx, bus.Results, e.Object); err != nil {
			return nil, err
		}
	}
	text, err := s.seal.Open(sealed, id)
	if err != nil {
		return nil, fmt.Errorf("open an answer: %w", err)
	}
	return decodeAnswer(text)
}
