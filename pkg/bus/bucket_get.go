package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// bucketBatch is how many values are asked for at once.
const bucketBatch = 256

// EachValue hands the values of a bucket, which keeps the last one of each key, to use.
// It needs no consumer, which most nodes may not make.
func (l *Link) EachValue(ctx context.Context, b *Bucket, use func(key string, value []byte)) error {
	return l.EachValueBelow(ctx, b, "", use)
}

// EachValueBelow is EachValue for the keys whose first tokens are those of below, which
// ends in a dot; "" for all keys.
func (l *Link) EachValueBelow(ctx context.Context, b *Bucket, below string, use func(key string, value []byte)) error {
	prefix := "$KV." + b.Name + "."
	for from := uint64(1); ; {
		last, err := l.read(ctx, b.stream(), readRequest{From: from, Next: prefix + below + ">", Batch: bucketBatch}, func(m *nats.Msg) error {
			if m.Header.Get("KV-Operation") == "" && m.Header.Get(jetstream.MarkerReasonHeader) == "" { // else it was deleted, or has expired
				use(strings.TrimPrefix(m.Header.Get(jetstream.SubjectHeader), prefix), m.Data)
			}
			return nil
		})
		if errors.Is(err, ErrNoObject) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("nats: read the bucket %s: %w", b.Name, err)
		}
		from = last + 1
	}
}
