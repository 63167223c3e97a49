package control

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// refreshEvery is how often secrets are read anew that the configuration refers to.
const refreshEvery = time.Minute

// RefreshSecrets reads what the newest configuration refers to in the Vault once a minute
// until ctx ends.
func RefreshSecrets(ctx context.Context, p *rollout.Publisher, read func(reference string) (string, error), log *slog.Logger) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		if err := RefreshSecretsOnce(ctx, p, read, log); err != nil && ctx.Err() == nil {
			log.Warn("secrets in Vault are not read anew for now", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// RefreshSecretsOnce commits a revision if a secret has changed: nodes take it over as any
// other, without a restart. A secret that cannot be read stays what it was.
func RefreshSecretsOnce(ctx context.Context, p *rollout.Publisher, read func(reference string) (string, error), log *slog.Logger) error {
	newest, d, err := p.Newest(ctx)
	if errors.Is(err, rollout.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	fresh := d.Refreshed(read, func(reference string, err error) {
		log.Warn("a secret cannot be read; what it was stays in force", "reference", reference, "error", err)
	})
	if fresh == nil {
		return nil
	}
	_, err = p.Commit(ctx, fresh, rollout.Change{Parent: newest.Revision, Author: "vault", Message: "a secret has another value"})
	if errors.Is(err, rollout.ErrConflict) {
		return nil // another control has done so, or the next turn does
	}
	return err
}
