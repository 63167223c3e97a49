package command

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// resealEvery is how often what is kept is looked through for what another key than the
// first of --secret-key has sealed, while there are several.
const resealEvery = time.Minute

// reseal has what is kept for long be sealed with the first secret key, until ctx ends.
func (d *desk) reseal(ctx context.Context) {
	tick := time.NewTicker(resealEvery)
	defer tick.Stop()
	for told := false; ; {
		n, err := d.resealOnce(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			d.log.Warn("not all could be sealed with the first secret key; trying on", "sealed", n, "error", err)
			told = false
		case n > 0 || !told:
			d.log.Info("the configuration, virtual keys and prompts are sealed with the first secret key", "sealed_anew", n)
			told = true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sealedForLong is what is kept for long in buckets, and what keys are derived for that seal it.
var sealedForLong = []struct {
	bucket  *bus.Bucket
	purpose string
}{{bus.VirtualKeys, "virtual-keys"}, {bus.Prompts, "prompts"}, {bus.Former, virtualkey.FormerPurpose}, {bus.MCPTokens, oauth.SealPurpose}}

// sealedWithOthers counts what another key than the first has sealed.
func (d *desk) sealedWithOthers(ctx context.Context) (int, error) {
	total := 0
	for _, kept := range sealedForLong {
		n, err := d.conn.SealedWithOthers(ctx, kept.bucket, kept.purpose)
		if err != nil {
			return 0, err
		}
		total += n
	}
	anew, err := d.publisher.IsSealedWithOther(ctx)
	if anew {
		total++
	}
	return total, err
}

func (d *desk) resealOnce(ctx context.Context) (int, error) {
	total := 0
	if err := virtualkey.KeepFormer(ctx, d.conn); err != nil { // first: it is of the keys that go
		return 0, err
	}
	for _, kept := range sealedForLong {
		n, err := d.conn.Reseal(ctx, kept.bucket, kept.purpose)
		if total += n; err != nil {
			return total, err
		}
	}
	anew, err := d.publisher.Reseal(ctx)
	if anew {
		total++
	}
	return total, err
}
