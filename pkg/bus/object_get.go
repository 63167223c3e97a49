package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrNoObject is the error of an object that is not there.
var ErrNoObject = errors.New("nats: no such object")

// errIncomplete is the error of an object whose chunks are not all there: they may not
// have come to this copy of the store yet.
var errIncomplete = errors.New("the object is incomplete")

const (
	objectTries = 5
	objectRetry = 20 * time.Millisecond
	// objectBatch bounds what is asked for at once, to 8 MiB.
	objectBatch = 64
)

// GetObject returns the object of a name, checked against its digest. It makes no
// consumer, which a node may not: it asks for the chunks one after the other.
func (l *Link) GetObject(ctx context.Context, s *ObjectStore, name string) ([]byte, error) {
	for try := 1; ; try++ {
		data, err := l.getObject(ctx, s, name)
		if err == nil || !errors.Is(err, errIncomplete) || try == objectTries {
			if err != nil {
				err = fmt.Errorf("get %s from %s: %w", name, s.Name, err)
			}
			return data, err
		}
		select {
		case <-time.After(objectRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *Link) getObject(ctx context.Context, s *ObjectStore, name string) ([]byte, error) {
	var info jetstream.ObjectInfo
	_, err := l.read(ctx, s.stream(), readRequest{Next: s.meta(name), Batch: 1}, func(m *nats.Msg) error {
		return json.Unmarshal(m.Data, &info)
	})
	switch {
	case err != nil:
		return nil, err
	case info.Deleted || info.NUID == "":
		return nil, ErrNoObject
	case info.Size > MaxObjectBytes:
		return nil, fmt.Errorf("object of %d bytes, at most %d", info.Size, MaxObjectBytes)
	}
	data := make([]byte, 0, info.Size)
	for from := uint64(1); uint64(len(data)) < info.Size; {
		last, err := l.read(ctx, s.stream(), readRequest{From: from, Next: s.chunks(info.NUID), Batch: objectBatch}, func(m *nats.Msg) error {
			if uint64(len(data)+len(m.Data)) > info.Size {
				return errors.New("the object is larger than it says")
			}
			data = append(data, m.Data...)
			return nil
		})
		if errors.Is(err, ErrNoObject) {
			return nil, errIncomplete
		}
		if err != nil {
			return nil, err
		}
		from = last + 1
	}
	if objectDigest(data) != info.Digest {
		return nil, errors.New("the object is not what its digest says")
	}
	return data, nil
}

// readRequest is a direct get of several messages.
type readRequest struct {
	From  uint64 `json:"seq,omitempty"`
	Next  string `json:"next_by_subj,omitempty"`
	Batch int    `json:"batch"`
}

// read hands the messages of a stream to use, and returns the sequence of the last.
func (l *Link) read(ctx context.Context, stream string, r readRequest, use func(*nats.Msg) error) (last uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	inbox := l.NATS.NewInbox()
	sub, err := l.NATS.SubscribeSync(inbox)
	if err != nil {
		return 0, err
	}
	defer sub.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	if err := l.NATS.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, request); err != nil {
		return 0, err
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return 0, err
		}
		switch status := m.Header.Get("Status"); status {
		case "":
		case "204": // the last one was before
			return last, nil
		case "404":
			return 0, ErrNoObject
		default:
			return 0, fmt.Errorf("nats: status %s: %s", status, m.Header.Get("Description"))
		}
		if last, err = strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64); err != nil {
			return 0, fmt.Errorf("nats: a message without its sequence: %w", err)
		}
		if err := use(m); err != nil {
			return 0, err
		}
	}
}
