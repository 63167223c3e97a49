package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// pointerKey is the one key of the bucket [bus.Config].
const pointerKey = "active"

// NewRecord returns the cluster's record, kept by NATS: commits in a stream whose
// sequence is the revision, snapshots in an object store, the pointer in a bucket.
//
// A commit is sealed for its revision. What else is in the stream, whether junk or a
// commit that was published again, is no revision and is passed over.
func NewRecord(c *bus.Conn) Record {
	return &jetRecord{link: c.Control, key: commitKey(c)}
}

func commitKey(c *bus.Conn) secret.Key { return c.Derive("configuration-commits") }

// Opener returns what reads a message of the stream [bus.Commits]: its revision is the message's
// number there.
func Opener(c *bus.Conn) func(sealed []byte, revision uint64) (*Commit, error) {
	key := commitKey(c)
	return func(sealed []byte, revision uint64) (*Commit, error) { return openCommit(key, sealed, revision) }
}

func openCommit(key secret.Key, sealed []byte, revision uint64) (*Commit, error) {
	data, err := key.Open(sealed, place(revision))
	if err != nil {
		return nil, errForeign
	}
	var c Commit
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("rollout: read revision %d: %w", revision, err)
	}
	c.Revision = revision
	return &c, nil
}

type jetRecord struct {
	link *bus.Link
	key  secret.Key

	mu sync.Mutex
	// newest is the newest commit of the messages up to last.
	newest, last uint64
}

// looked keeps what head has found.
func (r *jetRecord) looked(newest, last uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.newest, r.last = newest, last
}

// errForeign is of a message that is no commit of this cluster.
var errForeign = errors.New("rollout: not a commit of this cluster")

func (r *jetRecord) Put(ctx context.Context, digest string, sealed []byte) error {
	return r.link.PutObject(ctx, bus.Snapshots, digest, sealed)
}

func (r *jetRecord) Snapshot(ctx context.Context, digest string) ([]byte, error) {
	return snapshot(ctx, r.link, digest)
}

func (r *jetRecord) Append(ctx context.Context, c *Commit) (uint64, error) {
	newest, last, err := r.head(ctx)
	if err != nil {
		return 0, err
	}
	if newest != c.Parent {
		return 0, ErrConflict
	}
	data, err := json.Marshal(c)
	if err != nil {
		return 0, err
	}
	sealed := r.key.Seal(data, place(last+1))
	ack, err := r.link.JS.Publish(ctx, bus.ConfigCommit.At(), sealed, jetstream.WithExpectLastSequence(last))
	if err != nil {
		return 0, conflict(err)
	}
	r.looked(ack.Sequence, ack.Sequence)
	return ack.Sequence, nil
}

// place is what a commit is sealed for.
func place(revision uint64) string { return fmt.Sprint(bus.ConfigCommit.At(), "/", revision) }

func (r *jetRecord) Commit(ctx context.Context, revision uint64) (*Commit, error) {
	s, err := r.link.JS.Stream(ctx, bus.Commits.Name)
	if err != nil {
		return nil, err
	}
	c, err := r.commit(ctx, s, revision)
	if errors.Is(err, errForeign) {
		return nil, ErrNone
	}
	return c, err
}

func (r *jetRecord) commit(ctx context.Context, s jetstream.Stream, revision uint64) (*Commit, error) {
	m, err := s.GetMsg(ctx, revision)
	if err != nil {
		return nil, none(err)
	}
	return openCommit(r.key, m.Data, revision)
}

func (r *jetRecord) Newest(ctx context.Context) (uint64, error) {
	newest, _, err := r.head(ctx)
	return newest, err
}

// head returns the newest commit's revision and the stream's last sequence, which is
// a later one if something else was published.
func (r *jetRecord) head(ctx context.Context) (newest, last uint64, err error) {
	s, err := r.link.JS.Stream(ctx, bus.Commits.Name)
	if err != nil {
		return 0, 0, err
	}
	last = s.CachedInfo().State.LastSeq
	r.mu.Lock()
	newest, known := r.newest, r.last
	r.mu.Unlock()
	if last < known { // another stream: it was lost and made anew
		newest, known = 0, 0
	}
	for at := last; at > known; at-- {
		_, err := r.commit(ctx, s, at)
		if err == nil {
			newest = at
			break
		}
		// One that is not there at all has not reached the server that was asked: it
		// must not be taken for junk.
		if !errors.Is(err, errForeign) {
			return 0, 0, fmt.Errorf("rollout: read revision %d: %w", at, err)
		}
	}
	r.looked(newest, last)
	return newest, last, nil
}

func (r *jetRecord) Pointer(ctx context.Context) ([]byte, uint64, error) {
	e, err := pointer(ctx, r.link)
	if err != nil {
		return nil, 0, err
	}
	return e.Value(), e.Revision(), nil
}

func (r *jetRecord) Pointers(ctx context.Context) ([][]byte, error) {
	kv, err := r.link.Bucket(ctx, bus.Config)
	if err != nil {
		return nil, err
	}
	entries, err := kv.History(ctx, pointerKey)
	if err = none(err); err != nil && !errors.Is(err, ErrNone) {
		return nil, err
	}
	values := make([][]byte, 0, len(entries))
	for _, e := range entries {
		values = append(values, e.Value())
	}
	return values, nil
}

func (r *jetRecord) SetPointer(ctx context.Context, data []byte, version uint64) error {
	kv, err := r.link.Bucket(ctx, bus.Config)
	if err != nil {
		return err
	}
	if version == 0 {
		_, err = kv.Create(ctx, pointerKey, data)
	} else {
		_, err = kv.Update(ctx, pointerKey, data, version)
	}
	return conflict(err)
}

// NewSource returns where a node of the cluster gets its configuration from.
func NewSource(c *bus.Conn) Source { return &jetSource{c} }

type jetSource struct{ conn *bus.Conn }

func (s *jetSource) Pointer(ctx context.Context) ([]byte, error) {
	e, err := pointer(ctx, s.conn.Control)
	if err != nil {
		return nil, err
	}
	return e.Value(), nil
}

func (s *jetSource) Snapshot(ctx context.Context, digest string) ([]byte, error) {
	return snapshot(ctx, s.conn.Control, digest)
}

// waitingHints is more than come between two looks of a follower. One too many
// makes it ask instead.
const waitingHints = 16

func (s *jetSource) Hints(ctx context.Context) (<-chan []byte, error) {
	hints := make(chan []byte, waitingHints)
	tell := func(data []byte) {
		select {
		case hints <- data:
		default: // the follower has enough to do, and asks when it is done
		}
	}
	sub, err := s.conn.Control.NATS.Subscribe(bus.ConfigChanged.At(), func(m *nats.Msg) { tell(m.Data) })
	if err != nil {
		return nil, err
	}
	remove := s.conn.OnReconnect(func() { tell(nil) })
	context.AfterFunc(ctx, func() {
		remove()
		_ = sub.Unsubscribe() // it ends with the connection otherwise
	})
	return hints, nil
}

func pointer(ctx context.Context, l *bus.Link) (jetstream.KeyValueEntry, error) {
	kv, err := l.Bucket(ctx, bus.Config)
	if err != nil {
		return nil, err
	}
	e, err := kv.Get(ctx, pointerKey)
	return e, none(err)
}

func snapshot(ctx context.Context, l *bus.Link, digest string) ([]byte, error) {
	sealed, err := l.GetObject(ctx, bus.Snapshots, digest)
	return sealed, none(err)
}

// none is ErrNone for an error that says there is nothing.
func none(err error) error {
	if errors.Is(err, jetstream.ErrKeyNotFound) || errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, bus.ErrNoObject) {
		return ErrNone
	}
	return err
}

// conflict is ErrConflict for an error that says somebody else was quicker.
func conflict(err error) error {
	if bus.IsConflict(err) {
		return ErrConflict
	}
	return err
}
