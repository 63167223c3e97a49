package bus

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// MaxObjectBytes is the largest object that is put or got.
const MaxObjectBytes = 64 << 20

const objectChunk = 128 << 10

// PutObject keeps data under a name, which had better be new: what was there before is
// replaced, but stays in the store until it is too old for it. An object is laid out as
// nats.go does, so that the nats tool can show it.
func (l *Link) PutObject(ctx context.Context, s *ObjectStore, name string, data []byte) error {
	if len(data) > MaxObjectBytes {
		return fmt.Errorf("nats: object of %d bytes, at most %d", len(data), MaxObjectBytes)
	}
	info := jetstream.ObjectInfo{
		ObjectMeta: jetstream.ObjectMeta{Name: name, Opts: &jetstream.ObjectMetaOptions{ChunkSize: objectChunk}},
		Bucket:     s.Name, NUID: nuid.Next(), Size: uint64(len(data)), Digest: objectDigest(data),
	}
	var pending []jetstream.PubAckFuture
	publish := func(m *nats.Msg) error {
		f, err := l.JS.PublishMsgAsync(m)
		pending = append(pending, f)
		return err
	}
	for chunk := range slices.Chunk(data, objectChunk) {
		if err := publish(&nats.Msg{Subject: s.chunks(info.NUID), Data: chunk}); err != nil {
			return fmt.Errorf("nats: put into %s: %w", s.Name, err)
		}
		info.Chunks++
	}
	if err := acknowledged(ctx, pending); err != nil {
		return fmt.Errorf("nats: put into %s: %w", s.Name, err)
	}
	meta, err := json.Marshal(info)
	if err != nil {
		return err
	}
	// Last, so that an object is there whole or not at all.
	m := &nats.Msg{Subject: s.meta(name), Data: meta, Header: nats.Header{jetstream.MsgRollup: {jetstream.MsgRollupSubject}}}
	if _, err := l.JS.PublishMsg(ctx, m); err != nil {
		return fmt.Errorf("nats: put into %s: %w", s.Name, err)
	}
	return nil
}

// acknowledged waits for what was published to be kept. A server that cannot write, as
// with a full disk, may say nothing at all, so each wait has its end.
func acknowledged(ctx context.Context, pending []jetstream.PubAckFuture) error {
	for _, f := range pending {
		waiting, cancel := context.WithTimeout(ctx, requestTimeout)
		err := acknowledgement(waiting, f)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

func acknowledgement(ctx context.Context, f jetstream.PubAckFuture) error {
	select {
	case <-f.Ok():
		return nil
	case err := <-f.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *ObjectStore) chunks(id string) string { return "$O." + s.Name + ".C." + id }

func (s *ObjectStore) meta(name string) string {
	return "$O." + s.Name + ".M." + base64.URLEncoding.EncodeToString([]byte(name))
}

func objectDigest(data []byte) string {
	sum := sha256.Sum256(data)
	return "SHA-256=" + base64.URLEncoding.EncodeToString(sum[:])
}
