package batch

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// Prefix begins each batch's id.
	Prefix = "batch_asbru_"
	// Path is what the paths begin with that batches' jobs have.
	Path    = "/v1/batches/"
	idBytes = 16
	// The windows that a batch may be given.
	minWindow = time.Minute
	maxWindow = 7 * 24 * time.Hour
)

// Store is the batches of a cluster. Safe for concurrent use.
type Store struct {
	conn  *bus.Conn
	files *files.Store
	jobs  *job.Queue
	seal  secret.Key
	mac   secret.Key
}

// NewStore returns the cluster's batches, of its files, which are run as its jobs.
func NewStore(conn *bus.Conn, f *files.Store, q *job.Queue) *Store {
	return &Store{conn: conn, files: f, jobs: q, seal: conn.Derive("batches"), mac: conn.Derive("batch-key")}
}

// Order is what a caller asks for. It must be [Order.Check]ed.
type Order struct {
	Caller   string // one name for each
	Input    string // id of a file of the caller's
	Endpoint string
	Window   string
	Metadata map[string]string
	// Key is the caller's idempotency key; "": each order is another batch.
	Key string
	// Credential and Headers go along with each line's call.
	Credential string
	Headers    map[string]string
	Webhook    string // where the end is told; "": nowhere
}

// ticket is the body of a batch's job.
type ticket struct {
	Owner string `json:"owner"`
	ID    string `json:"id"`
}

// Create makes a batch that will be run, whatever happens now. files.ErrNotFound if
// the caller has no such input file.
func (s *Store) Create(ctx context.Context, o *Order) (*Batch, error) {
	owner := s.files.Owner(o.Caller)
	if _, err := s.files.Get(ctx, owner, o.Input); err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	window, err := windowOf(o.Window)
	if err != nil {
		return nil, err
	}
	b := &Batch{
		ID: s.id(files.Names(owner)[0], o.Key), owner: files.Names(owner)[0], Status: Validating, Endpoint: o.Endpoint, Input: o.Input, Window: o.Window, Metadata: o.Metadata,
		Created: now, Expires: now.Add(window), Output: out{ID: files.NewID()}, Faults: out{ID: files.NewID()},
	}
	isNew, err := s.save(ctx, b)
	if err != nil {
		return nil, err
	}
	if !isNew {
		there, err := s.load(ctx, owner, b.ID)
		if err != nil {
			return nil, err
		}
		if there.Input != b.Input || there.Endpoint != b.Endpoint || there.Window != b.Window || !maps.Equal(there.Metadata, b.Metadata) {
			return nil, ErrReused
		}
		b = there
	}
	if b.Status != Validating {
		return b, nil
	}
	if err := s.submit(ctx, b, o); err != nil {
		if isNew {
			s.forget(ctx, b)
		}
		return nil, err
	}
	return b, nil
}

// submit has a batch run. One that is being run already is not run twice for it.
func (s *Store) submit(ctx context.Context, b *Batch, o *Order) error {
	body, err := json.Marshal(ticket{b.owner, b.ID})
	if err != nil {
		return fmt.Errorf("batch: encode: %w", err)
	}
	_, _, err = s.jobs.Submit(ctx, &job.Submission{
		Request: job.Request{Path: Path + b.ID, Headers: o.Headers, Credential: o.Credential, Body: body},
		Owner:   o.Caller, Key: jobKey(b.ID), Webhook: o.Webhook,
	})
	return err
}

// jobKey is the idempotency key of a batch's job. No caller can send one with that byte.
func jobKey(id string) string { return "\x00" + id }

// forget takes a batch away that will not be run. One that stays shows itself as
// expired in the end.
func (s *Store) forget(ctx context.Context, b *Batch) {
	if kv, err := s.conn.Control.Bucket(ctx, bus.Batches); err == nil {
		_ = kv.Delete(ctx, b.owner+"."+b.ID) // as said
	}
}

// Get returns a caller's batch.
func (s *Store) Get(ctx context.Context, caller, id string) (*Batch, error) {
	b, err := s.load(ctx, s.files.Owner(caller), id)
	if err != nil || b.Status.Ended() {
		return b, err
	}
	j, err := s.jobs.ByKey(ctx, caller, jobKey(id))
	switch {
	case err == nil && j.State == job.Canceled:
		b.Status, b.Ended = Cancelled, j.Ended
	case err == nil && j.State == job.Failed:
		b.Status, b.Ended = Failed, j.Ended
		b.Errors = []Fault{{Kind: "batch_given_up", Message: "The batch could not be run: " + cmp.Or(j.Error, "its job has failed.")}}
	case err != nil && !errors.Is(err, job.ErrNotFound):
		return nil, err
	case err != nil && time.Now().After(b.Expires):
		b.Status, b.Ended = Expired, b.Expires
	}
	return b, nil
}

// List returns a caller's batches, the newest first.
func (s *Store) List(ctx context.Context, caller string) ([]*Batch, error) {
	var all []*Batch
	var unread error
	for _, name := range files.Names(s.files.Owner(caller)) {
		err := s.conn.Control.EachValueBelow(ctx, bus.Batches, name+".", func(key string, value []byte) {
			if b, err := s.open(key, value, 0); err == nil {
				all = append(all, b)
			} else {
				unread = err
			}
		})
		if err = cmp.Or(err, unread); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b *Batch) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Cancel has a batch end before its time. What it has by then is in its files. ErrEnded
// if it has ended already.
func (s *Store) Cancel(ctx context.Context, caller, id string) (*Batch, error) {
	for {
		b, err := s.Get(ctx, caller, id)
		if err != nil {
			return nil, err
		}
		switch b.Status {
		case Validating, InProgress:
			b.Status, b.Cancelling = Cancelling, time.Now().UTC()
		case Cancelling, Finalizing: // it ends by itself
			return b, nil
		default:
			return b, ErrEnded
		}
		if won, err := s.save(ctx, b); won || err != nil {
			return b, err
		}
	}
}

// load returns a batch as it is kept.
func (s *Store) load(ctx context.Context, owner, id string) (*Batch, error) {
	if !Ours(id) {
		return nil, ErrNotFound
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.Batches)
	if err != nil {
		return nil, err
	}
	for _, name := range files.Names(owner) {
		e, err := kv.Get(ctx, name+"."+id)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("batch: read: %w", err)
		}
		return s.open(e.Key(), e.Value(), e.Revision())
	}
	return nil, ErrNotFound
}

func (s *Store) open(key string, sealed []byte, revision uint64) (*Batch, error) {
	text, err := s.seal.Open(sealed, key)
	if err != nil {
		return nil, fmt.Errorf("batch: open: %w", err)
	}
	b := &Batch{revision: revision}
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("batch: open: %w", err)
	}
	b.owner, b.ID, _ = strings.Cut(key, ".")
	return b, nil
}

// save puts a batch in the place of what it was read as. It reports false if somebody
// else has changed it meanwhile.
func (s *Store) save(ctx context.Context, b *Batch) (bool, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("batch: encode: %w", err)
	}
	kv, err := s.conn.Control.Bucket(ctx, bus.Batches)
	if err != nil {
		return false, err
	}
	key := b.owner + "." + b.ID
	var revision uint64
	if sealed := s.seal.Seal(text, key); b.revision == 0 {
		revision, err = kv.Create(ctx, key, sealed)
	} else {
		revision, err = kv.Update(ctx, key, sealed, b.revision)
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("batch: write: %w", err)
	}
	b.revision = revision
	return true, nil
}

// id names a batch: by its owner's idempotency key if there is one, else anew.
func (s *Store) id(owner, key string) string {
	var b [idBytes]byte
	if key == "" {
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	} else {
		h := hmac.New(sha256.New, s.mac.Bytes())
		h.Write([]byte(owner + "." + key))
		copy(b[:], h.Sum(nil))
	}
	return Prefix + hex.EncodeToString(b[:])
}

// Ours says whether an id is one that this package gives out.
func Ours(id string) bool {
	digits, ok := strings.CutPrefix(id, Prefix)
	if !ok || len(digits) != 2*idBytes {
		return false
	}
	_, err := hex.DecodeString(digits)
	return err == nil && strings.ToLower(digits) == digits
}
