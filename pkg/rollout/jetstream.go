package rollout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// pointerKey is the one key of the bucket [bus.Config].
const pointerKey = "active"

// NewRecord returns the cluster's record, kept by NATS: commits in a stream whose
// sequence is the revision, snapshots in an object store, the pointer in a bucket.
func NewRecord(c *bus.Conn) Record { return &jetRecord{c.Control} }

type jetRecord struct{ link *bus.Link }

func (r *jetRecord) Put(ctx context.Context, digest string, sealed []byte) error {
	return r.link.PutObject(ctx, bus.Snapshots, digest, sealed)
}

func (r *jetRecord) Snapshot(ctx context.Context, digest string) ([]byte, error) {
	return snapshot(ctx, r.link, digest)
}

func (r *jetRecord) Append(ctx context.Context, c *Commit) (uint64, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return 0, err
	}
	ack, err := r.link.JS.Publish(ctx, bus.ConfigCommit.At(), data, jetstream.WithExpectLastSequence(c.Parent))
	if err != nil {
		return 0, conflict(err)
	}
	return ack.Sequence, nil
}

func (r *jetRecord) Commit(ctx context.Context, revision uint64) (*Commit, error) {
	s, err := r.link.JS.Stream(ctx, bus.Commits.Name)
	if err != nil {
		return nil, err
	}
	m, err := s.GetMsg(ctx, revision)
	if err != nil {
		return nil, none(err)
	}
	var c Commit
	if err := json.Unmarshal(m.Data, &c); err != nil {
		return nil, fmt.Errorf("rollout: read revision %d: %w", revision, err)
	}
	c.Revision = revision
	return &c, nil
}

func (r *jetRecord) Newest(ctx context.Context) (uint64, error) {
	s, err := r.link.JS.Stream(ctx, bus.Commits.Name)
	if err != nil {
		return 0, err
	}
	return s.CachedInfo().State.LastSeq, nil
}

func (r *jetRecord) Pointer(ctx context.Context) ([]byte, uint64, error) {
	e, err := pointer(ctx, r.link)
	if err != nil {
		return nil, 0, err
	}
	return e.Value(), e.Revision(), nil
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
	var api *jetstream.APIError
	if errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return ErrConflict
	}
	return err
}
