package control

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// OpenVault makes what reads references to the Vault of a configuration, nil where that
// names none.
type OpenVault = func(*config.Vault) func(reference string) (string, error)

// RefreshSecrets reads what the newest configuration refers to in the Vault again and again,
// as often as that says, until ctx ends.
func RefreshSecrets(ctx context.Context, p *rollout.Publisher, open OpenVault, log *slog.Logger) {
	for {
		every, err := RefreshSecretsOnce(ctx, p, open, log)
		if err != nil && ctx.Err() == nil {
			log.Warn("secrets in Vault are not read anew for now", "error", err)
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return
		}
	}
}

// RefreshSecretsOnce commits a revision if a secret has changed: nodes take it over as any
// other, without a restart. A secret that cannot be read stays what it was. It returns after
// which time that is to be done again.
func RefreshSecretsOnce(ctx context.Context, p *rollout.Publisher, open OpenVault, log *slog.Logger) (again time.Duration, err error) {
	again = (&config.Vault{}).Refresh()
	newest, d, err := p.Newest(ctx)
	if errors.Is(err, rollout.ErrNone) {
		return again, nil
	}
	if err != nil {
		return again, err
	}
	section := d.Vault()
	if section != nil {
		again = section.Refresh()
	}
	fresh := d.Refreshed(open(section), func(reference string, err error) {
		log.Warn("a secret cannot be read; what it was stays in force", "reference", reference, "error", err)
	})
	if fresh == nil {
		return again, nil
	}
	_, err = p.Commit(ctx, fresh, rollout.Change{Parent: newest.Revision, Author: "vault", Message: "a secret has another value"})
	if errors.Is(err, rollout.ErrConflict) {
		return again, nil // another control has done so, or the next turn does
	}
	return again, err
}
