package control

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// teamKeys are the virtual keys as the context's caller may see and change them: who is
// confined to teams, those of these alone.
type teamKeys struct{ KeyStore }

// Page implements KeyStore.
func (k teamKeys) Page(ctx context.Context, q virtualkey.Query) (virtualkey.Page, error) {
	if caller := account.Of(ctx); caller.Confined() {
		if q.TeamID != "" && !caller.Sees(q.TeamID) {
			return virtualkey.Page{}, mayTouch(caller, q.TeamID)
		}
		q.Teams = caller.Teams
	}
	return k.KeyStore.Page(ctx, q)
}

// Find implements KeyStore.
func (k teamKeys) Find(ctx context.Context, id string) (*virtualkey.Record, error) {
	r, err := k.KeyStore.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := mayTouch(account.Of(ctx), r.TeamID); err != nil {
		return nil, err
	}
	return r, nil
}

// Create implements KeyStore.
func (k teamKeys) Create(ctx context.Context, r *virtualkey.Record) error {
	if err := mayTouch(account.Of(ctx), r.TeamID); err != nil {
		return err
	}
	return k.KeyStore.Create(ctx, r)
}

// Update implements KeyStore. The key must be of the caller's teams before and after.
func (k teamKeys) Update(ctx context.Context, r *virtualkey.Record) error {
	if caller := account.Of(ctx); caller.Confined() {
		if err := mayTouch(caller, r.TeamID); err != nil {
			return err
		}
		if _, err := k.Find(ctx, r.ID); err != nil {
			return err
		}
	}
	return k.KeyStore.Update(ctx, r)
}

// Delete implements KeyStore.
func (k teamKeys) Delete(ctx context.Context, id string) (uint64, error) {
	if caller := account.Of(ctx); caller.Confined() {
		if _, err := k.Find(ctx, id); err != nil {
			return 0, err
		}
	}
	return k.KeyStore.Delete(ctx, id)
}

// Rotate implements KeyStore.
func (k teamKeys) Rotate(ctx context.Context, id, value string, overlap time.Duration) (*virtualkey.Record, error) {
	if _, err := k.Find(ctx, id); err != nil {
		return nil, err
	}
	return k.KeyStore.Rotate(ctx, id, value, overlap)
}
