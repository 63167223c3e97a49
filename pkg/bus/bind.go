package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Bucket returns the bucket over this connection. Only the first call asks the server,
// so it costs nothing to call it each time.
func (l *Link) Bucket(ctx context.Context, b *Bucket) (jetstream.KeyValue, error) {
	l.mu.Lock()
	kv := l.buckets[b]
	l.mu.Unlock()
	if kv != nil {
		return kv, nil
	}
	kv, err := l.JS.KeyValue(ctx, b.Name)
	if err != nil {
		return nil, fmt.Errorf("nats: open bucket %s: %w", b.Name, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[*Bucket]jetstream.KeyValue{}
	}
	l.buckets[b] = kv
	return kv, nil
}

// Consumer returns a consumer over this connection.
func (l *Link) Consumer(ctx context.Context, c *Consumer) (jetstream.Consumer, error) {
	bound, err := l.JS.Consumer(ctx, c.stream.Name, c.Name)
	if err != nil {
		return nil, fmt.Errorf("nats: open consumer %s of %s: %w", c.Name, c.stream.Name, err)
	}
	return bound, nil
}

// Drop takes a message out of a stream by its number. It does not wait for that to
// happen; one that is not there any more is no error.
func (l *Link) Drop(s *Stream, sequence uint64) error {
	return l.NATS.Publish("$JS.API.STREAM.MSG.DELETE."+s.Name, fmt.Appendf(nil, `{"seq":%d,"no_erase":true}`, sequence))
}
