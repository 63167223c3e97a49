package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// maxBulk is how many keys one request may make or delete.
const maxBulk = 1000

type createKeysInput struct {
	Waiting
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Names this request: sent again it makes no further keys."`
	Body           struct {
		VirtualKeys []json.RawMessage `json:"virtual_keys" minItems:"1" maxItems:"1000"`
	}
}

// createKeys checks all keys before it makes the first. If one cannot be stored, those
// that were made before it are taken back.
func (c *Control) createKeys(ctx context.Context, in *createKeysInput) (*rawOutput, error) {
	whose := func(i int) string { return fmt.Sprintf("body.virtual_keys[%d]", i) }
	sent := in.Body.VirtualKeys
	if len(sent) == 0 || len(sent) > maxBulk {
		return nil, invalid("body.virtual_keys", fmt.Sprintf("must be 1 to %d keys", maxBulk))
	}
	bodies := make([]map[string]json.RawMessage, len(sent))
	var err error
	for i := range sent {
		if bodies[i], err = c.readKey(sent[i]); err != nil {
			return nil, moved(err, whose(i))
		}
	}
	keys, err := c.newKeys(ctx, bodies, in.IdempotencyKey, whose)
	if err != nil {
		return nil, err
	}
	shown, revision := make([]map[string]json.RawMessage, len(keys)), uint64(0)
	for i := range keys {
		if !keys[i].there {
			err = c.o.Keys.Create(ctx, keys[i].record)
		}
		if err != nil {
			c.takeBack(ctx, keys[:i])
			return nil, c.explain("store the virtual keys", err)
		}
		shown[i], revision = keys[i].shown(), max(revision, keys[i].record.Revision)
	}
	out, err := encode(map[string]any{"message": "Virtual keys created", "virtual_keys": shown})
	if err != nil {
		return nil, err
	}
	return out, in.forKey(ctx, c, revision)
}

// takeBack deletes keys of which nobody knows yet.
func (c *Control) takeBack(ctx context.Context, keys []newVirtualKey) {
	for i := range keys {
		if keys[i].there {
			continue
		}
		if _, err := c.o.Keys.Delete(context.WithoutCancel(ctx), keys[i].record.ID); err != nil {
			c.log.Warn("a virtual key that was made in vain could not be deleted", "virtual_key", keys[i].record.ID, "error", err)
		}
	}
}

// moved tells the faults of a body that is a part of another.
func moved(err error, place string) error {
	var known *Error
	if !errors.As(err, &known) {
		return err
	}
	told := *known
	told.Body.Details = nil
	for _, d := range known.Body.Details {
		if len(d.Path) >= len(bodyPlace) && d.Path[:len(bodyPlace)] == bodyPlace {
			d.Path = place + d.Path[len(bodyPlace):]
		}
		told.Body.Details = append(told.Body.Details, d)
	}
	return &told
}

type deleteKeysOutput struct {
	Body struct {
		Message  string   `json:"message"`
		Deleted  []string `json:"deleted"`
		NotFound []string `json:"not_found,omitempty" doc:"Ids of which there was no key."`
	}
}

func (c *Control) deleteKeys(ctx context.Context, in *struct {
	Waiting
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"1000"`
	}
},
) (*deleteKeysOutput, error) {
	out := &deleteKeysOutput{}
	b := &out.Body
	b.Message, b.Deleted = "Virtual keys deleted", []string{}
	newest := uint64(0)
	for _, id := range in.Body.IDs {
		revision, err := c.o.Keys.Delete(ctx, id)
		switch {
		case err == nil:
			b.Deleted, newest = append(b.Deleted, id), max(newest, revision)
		case errors.Is(err, virtualkey.ErrNotFound):
			b.NotFound = append(b.NotFound, id)
		default:
			return nil, c.explain("delete the virtual keys", err)
		}
	}
	return out, in.forKey(ctx, c, newest)
}
