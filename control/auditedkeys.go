package control

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// auditedKeys tell the audit what becomes of virtual keys.
type auditedKeys struct {
	KeyStore
	c *Control
}

// Create implements KeyStore.
func (k auditedKeys) Create(ctx context.Context, r *virtualkey.Record) error {
	err := k.KeyStore.Create(ctx, r)
	if err == nil {
		k.c.changed(ctx, virtualKeysPath+"/"+r.ID, nil, shownKey(r))
	}
	return err
}

// Update implements KeyStore.
func (k auditedKeys) Update(ctx context.Context, r *virtualkey.Record) error {
	before, err := k.Find(ctx, r.ID)
	if err != nil {
		return err
	}
	was := shownKey(before)
	if err := k.KeyStore.Update(ctx, r); err != nil {
		return err
	}
	k.c.changed(ctx, virtualKeysPath+"/"+r.ID, was, shownKey(r))
	return nil
}

// Delete implements KeyStore.
func (k auditedKeys) Delete(ctx context.Context, id string) (uint64, error) {
	before, err := k.Find(ctx, id)
	if err != nil {
		return 0, err
	}
	was := shownKey(before)
	revision, err := k.KeyStore.Delete(ctx, id)
	if err == nil {
		k.c.changed(ctx, virtualKeysPath+"/"+id, was, nil)
	}
	return revision, err
}
