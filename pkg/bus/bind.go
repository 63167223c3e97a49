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

// Consumer returns a stream's consumer over this connection; of [Overflow] it is the
// one of a provider, by its name.
func (l *Link) Consumer(ctx context.Context, s *Stream, name string) (jetstream.Consumer, error) {
	c, err := l.JS.Consumer(ctx, s.Name, Token(name))
	if err != nil {
		return nil, fmt.Errorf("nats: open consumer %s of %s: %w", name, s.Name, err)
	}
	return c, nil
}
