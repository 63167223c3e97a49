package command

import (
	"context"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/nats-io/nats.go/jetstream"
)

// formerAgain is how long the node waits before it asks again for what it could not read.
const formerAgain = time.Second

// acceptFormer has virtual keys be known that were made with secret keys of before. A node
// that runs while the secret key is exchanged has the former one itself: so it is enough to
// ask until there was an answer.
func (n *node) acceptFormer(ctx context.Context) {
	for {
		former, err := virtualkey.Former(ctx, n.conn)
		switch {
		case err == nil:
			n.minter.Accept(former)
			return
		case errors.Is(err, jetstream.ErrBucketNotFound): // of a control of an earlier version
			n.log.Debug("no former secret keys are known", "error", err)
		default:
			n.log.Warn("virtual keys that were made with a former secret key are not known yet", "error", err)
		}
		select {
		case <-time.After(formerAgain):
		case <-ctx.Done():
			return
		}
	}
}
