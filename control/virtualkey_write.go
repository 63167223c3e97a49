package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

const bodyPlace = "body"

func inBody(int) string { return bodyPlace }

type createKeyInput struct {
	Waiting
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"Names this request: sent again it makes no second key. The key's value is only in the first answer."`
	Body           json.RawMessage
}

func (c *Control) createKey(ctx context.Context, in *createKeyInput) (*rawOutput, error) {
	body, err := c.readKey(in.Body)
	if err != nil {
		return nil, err
	}
	made, err := c.newKeys(ctx, []map[string]json.RawMessage{body}, in.IdempotencyKey, inBody)
	if err != nil {
		return nil, err
	}
	k := made[0]
	message := "Virtual key created"
	if k.there {
		message = "Virtual key was there already, just so; its value was shown when it was made"
	} else if err := c.o.Keys.Create(ctx, k.record); err != nil {
		return nil, c.explain("store the virtual key", err)
	}
	shown := k.shown()
	if err := c.ownersOf(ctx, "", shown); err != nil {
		return nil, err
	}
	out, err := keyAnswer(k.record, message, shown)
	if err != nil {
		return nil, err
	}
	return out, in.forKey(ctx, c, k.record.Revision)
}

// newKey is a key that is about to be made, or is there already.
type newVirtualKey struct {
	record *virtualkey.Record
	value  string
	there  bool
}

// shown is the key with its value, if that is new.
func (k *newVirtualKey) shown() map[string]json.RawMessage {
	members := shownKey(k.record)
	if !k.there {
		members["value"], _ = json.Marshal(k.value) // a string has no error
	}
	return members
}

// newKeys checks keys that are to be made, all of them, and mints their values.
func (c *Control) newKeys(ctx context.Context, bodies []map[string]json.RawMessage, idempotency string, whose func(int) string) ([]newVirtualKey, error) {
	sent := make([]json.RawMessage, len(bodies))
	for i, body := range bodies {
		if idempotency != "" && text(body["id"]) == "" {
			body["id"], _ = json.Marshal(newKey("vk-", fmt.Sprint(idempotency, "\x00", i))) // a string has no error
		}
		dropEmpty(body)
		sent[i] = encoded(body)
	}
	_, d, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	cfg, keys, err := c.checkKeys(d, sent, whose)
	if err != nil {
		return nil, err
	}
	made := make([]newVirtualKey, len(keys))
	for i := range keys {
		if made[i], err = c.newRecord(ctx, cfg, &keys[i], sent[i], whose(i)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (c *Control) newRecord(ctx context.Context, cfg *config.Config, k *config.VirtualKey, sent json.RawMessage, place string) (newVirtualKey, error) {
	if k.Name == "" {
		return newVirtualKey{}, invalid(place+".name", "is required")
	}
	if k.ID != "" {
		switch was, err := c.o.Keys.Find(ctx, k.ID); {
		case err == nil && same(declaredMembers(was), withActive(sent)):
			return newVirtualKey{record: was, there: true}, nil
		case err == nil:
			return newVirtualKey{}, refuse(http.StatusConflict, "already_exists", "There is such a virtual key already, and it is another.", Detail{place + ".id", "is taken"})
		case !errors.Is(err, virtualkey.ErrNotFound):
			return newVirtualKey{}, c.explain("find the virtual key", err)
		}
	}
	if err := c.nameIsFree(ctx, k.Name, k.ID, place); err != nil {
		return newVirtualKey{}, err
	}
	value, now := c.o.Minter.Mint(), time.Now().UTC()
	r := &virtualkey.Record{
		ID: k.ID, Digest: virtualkey.DigestOf(value).String(), Last4: value[len(value)-4:],
		Created: now, Updated: now, Strict: cfg.Version == 2,
	}
	if r.ID == "" {
		r.ID = newKey("vk-", "")
	}
	fill(r, k)
	return newVirtualKey{record: r, value: value}, nil
}

// withActive adds what a key is where it does not say so.
func withActive(sent json.RawMessage) json.RawMessage {
	active, err := (&config.Document{JSON: json.RawMessage(`{"is_active":true}`)}).Patched(sent)
	if err != nil {
		return sent
	}
	return active
}

// nameIsFree refuses a name that another key has.
func (c *Control) nameIsFree(ctx context.Context, name, id, place string) error {
	switch other, err := c.o.Keys.Named(ctx, name); {
	case errors.Is(err, virtualkey.ErrNotFound), err == nil && other.ID == id:
		return nil
	case err != nil:
		return c.explain("find the virtual key", err)
	}
	return refuse(http.StatusConflict, "already_exists", "There is a virtual key of this name.", Detail{place + ".name", "is taken"})
}

type updateKeyInput struct {
	KeyPath
	Waiting
	Guard
	Body json.RawMessage
}

// updateKey merges what was sent into the key, again while others are quicker.
func (c *Control) updateKey(ctx context.Context, in *updateKeyInput) (*rawOutput, error) {
	sent, err := config.ReadObject(in.Body)
	if err != nil {
		return nil, inPart(c.explain("read the request", err), nil, bodyPlace)
	}
	if err := in.sentRevision(sent); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		r, err := c.changeKey(ctx, in)
		if errors.Is(err, virtualkey.ErrConflict) && in.Revision == 0 && try < maxEdits {
			continue
		}
		if err != nil {
			return nil, c.explain("store the virtual key", err)
		}
		shown := shownKey(r)
		if err := c.ownersOf(ctx, "", shown); err != nil {
			return nil, err
		}
		out, err := keyAnswer(r, "Virtual key updated", shown)
		if err != nil {
			return nil, err
		}
		return out, in.forKey(ctx, c, r.Revision)
	}
}

func (c *Control) changeKey(ctx context.Context, in *updateKeyInput) (*virtualkey.Record, error) {
	body, err := c.readKey(in.Body)
	if err != nil {
		return nil, err
	}
	found, err := c.o.Keys.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Revision != 0 && in.Revision != found.Revision {
		return nil, virtualkey.ErrConflict
	}
	if id := text(body["id"]); id != "" && id != in.ID {
		return nil, invalid("body.id", "names another than the path; a key's id does not change")
	}
	dropEmpty(body)
	merged, err := (&config.Document{JSON: encoded(declaredMembers(found))}).Patched(encoded(body))
	if err != nil {
		return nil, err
	}
	_, d, err := c.newestDocument(ctx)
	if err != nil {
		return nil, err
	}
	_, keys, err := c.checkKeys(d, []json.RawMessage{merged}, inBody)
	if err != nil {
		return nil, err
	}
	k := &keys[0]
	if k.Name == "" {
		return nil, invalid("body.name", "is required")
	}
	if k.Name != found.Name {
		if err := c.nameIsFree(ctx, k.Name, in.ID, bodyPlace); err != nil {
			return nil, err
		}
	}
	r := *found
	fill(&r, k)
	r.Updated = time.Now().UTC()
	return &r, c.o.Keys.Update(ctx, &r)
}
