package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// keyPlan is what becomes of the virtual keys.
type keyPlan struct {
	steps  []keyStep
	newest uint64 // revision of a written key
}

// keyStep is what becomes of one: was is nil for a new one, is for one that goes.
type keyStep struct {
	was, is *virtualkey.Record
	value   string // of a key whose value is made
}

// planKeys checks the keys of a document in a configuration, and says what becomes of
// each. Without an id, a key is known by its name.
func (c *Control) planKeys(ctx context.Context, d *config.Document, sent []json.RawMessage, prune bool) (*keyPlan, error) {
	whose := func(i int) string { return fmt.Sprintf("body.virtual_keys[%d]", i) }
	declared, own := make([]json.RawMessage, len(sent)), make([]exportedKey, len(sent))
	for i, key := range sent {
		members, err := config.ReadObject(key)
		if err != nil {
			return nil, inPart(c.explain("read the document", err), nil, whose(i))
		}
		if err := own[i].take(members, whose(i)); err != nil {
			return nil, err
		}
		if err := refuseZeros(members, whose(i)); err != nil {
			return nil, err
		}
		declared[i] = encoded(members)
	}
	cfg, keys, err := c.checkKeys(d, declared, whose)
	if err != nil {
		return nil, err
	}
	p, named := &keyPlan{}, map[string]bool{}
	for i := range keys {
		step, err := c.planKey(ctx, cfg, &keys[i], &own[i], whose(i))
		if err != nil {
			return nil, err
		}
		p.steps = append(p.steps, step)
		named[step.is.ID] = true
	}
	return p, c.others(ctx, p, named, prune, whose)
}

// take takes the members of an exported key out that are not of its declaration.
func (k *exportedKey) take(members map[string]json.RawMessage, place string) error {
	for name, to := range map[string]any{"digest": &k.Digest, "last4": &k.Last4, "created_at": &k.CreatedAt, "strict": &k.Strict} {
		if value, ok := members[name]; ok {
			delete(members, name)
			if json.Unmarshal(value, to) != nil {
				return invalid(place+"."+name, "is not what an export has there")
			}
		}
	}
	if _, ok := virtualkey.ParseDigest(k.Digest); k.Digest != "" && !ok {
		return invalid(place+".digest", "must be a SHA-256 in hexadecimal")
	}
	if len(k.Last4) > 4 {
		return invalid(place+".last4", "must be four characters")
	}
	if _, ok := members["value"]; ok {
		return invalid(place+".value", "is made by the gateway; digest names one that was")
	}
	return nil
}

func (c *Control) planKey(ctx context.Context, cfg *config.Config, k *config.VirtualKey, own *exportedKey, place string) (keyStep, error) {
	if k.Name == "" {
		return keyStep{}, invalid(place+".name", "is required")
	}
	var step keyStep
	var err error
	if k.ID != "" {
		step.was, err = c.o.Keys.Find(ctx, k.ID)
	} else {
		step.was, err = c.o.Keys.Named(ctx, k.Name)
	}
	if err != nil && !errors.Is(err, virtualkey.ErrNotFound) {
		return step, c.explain("find the virtual key", err)
	}
	r := virtualkey.Record{ID: k.ID, Created: time.Now().UTC(), Strict: cfg.Version == 2}
	if r.ID == "" {
		r.ID = newKey("vk-", "")
	}
	if step.was != nil {
		r = *step.was
	}
	fill(&r, k)
	if own.Strict != nil {
		r.Strict = *own.Strict
	}
	if own.CreatedAt != nil {
		r.Created = own.CreatedAt.UTC()
	}
	switch {
	case own.Digest != "" && own.Digest != r.Digest:
		r.Digest, r.Last4 = own.Digest, own.Last4
	case r.Digest == "":
		step.value = c.o.Minter.Mint()
		r.Digest, r.Last4 = virtualkey.DigestOf(step.value).String(), step.value[len(step.value)-4:]
	}
	step.is = &r
	return step, nil
}

// others looks at the keys that a document does not name: with prune they go, else none
// of them may have the name of one that it does.
func (c *Control) others(ctx context.Context, p *keyPlan, named map[string]bool, prune bool, whose func(int) string) error {
	if prune {
		page, err := c.o.Keys.Page(ctx, virtualkey.Query{Limit: maxExport})
		if err != nil {
			return c.explain("list the virtual keys", err)
		}
		for _, r := range page.Records {
			if !named[r.ID] {
				p.steps = append(p.steps, keyStep{was: r})
			}
		}
		return nil
	}
	for i, s := range p.steps {
		other, err := c.o.Keys.Named(ctx, s.is.Name)
		if err == nil && !named[other.ID] {
			return refuse(http.StatusConflict, "already_exists", "There is a virtual key of this name.", Detail{whose(i) + ".name", "is taken"})
		}
	}
	return nil
}

// before and after are the keys as a configuration would have them.
func (p *keyPlan) before() *config.Document {
	return p.document(func(s keyStep) *virtualkey.Record { return s.was })
}

func (p *keyPlan) after() *config.Document {
	return p.document(func(s keyStep) *virtualkey.Record { return s.is })
}

func (p *keyPlan) document(side func(keyStep) *virtualkey.Record) *config.Document {
	keys := []*config.VirtualKey{}
	for _, s := range p.steps {
		if r := side(s); r != nil {
			keys = append(keys, declaredKey(r))
		}
	}
	text, err := json.Marshal(map[string]any{"governance": map[string]any{"virtual_keys": keys}})
	if err != nil { // no declaration fails to be written
		panic(err)
	}
	return &config.Document{JSON: text}
}

// values are the keys that stay, with another value or another meaning of empty lists.
func (p *keyPlan) values() (changes []Change) {
	for _, s := range p.steps {
		if s.was == nil || s.is == nil {
			continue
		}
		if s.was.Digest != s.is.Digest {
			changes = append(changes, Change{"virtual_keys[" + s.is.ID + "].value", "****" + s.was.Last4, "****" + s.is.Last4})
		}
		if s.was.Strict != s.is.Strict {
			changes = append(changes, Change{"virtual_keys[" + s.is.ID + "].strict", s.was.Strict, s.is.Strict})
		}
	}
	return changes
}

// write writes what changes. After an error, what was written is put back.
func (p *keyPlan) write(ctx context.Context, keys KeyStore) (made []MadeKey, err error) {
	var undo []func(context.Context) error
	defer func() {
		if err == nil {
			return
		}
		for i := len(undo) - 1; i >= 0; i-- {
			err = errors.Join(err, undo[i](context.WithoutCancel(ctx)))
		}
	}()
	for _, s := range p.steps {
		if s.is != nil && s.was != nil && s.unchanged() {
			continue
		}
		back, err := p.step(ctx, keys, s)
		if back != nil {
			undo = append(undo, back)
		}
		if err != nil {
			return nil, err
		}
		if s.value != "" {
			made = append(made, MadeKey{s.is.ID, s.is.Name, s.value})
		}
	}
	return made, nil
}

func (s *keyStep) unchanged() bool {
	return s.was.Digest == s.is.Digest && s.was.Strict == s.is.Strict && s.was.Created.Equal(s.is.Created) &&
		reflect.DeepEqual(declaredMembers(s.was), declaredMembers(s.is))
}

// step writes one key, and returns what puts it back.
func (p *keyPlan) step(ctx context.Context, keys KeyStore, s keyStep) (undo func(context.Context) error, err error) {
	switch {
	case s.is == nil:
		return p.remove(ctx, keys, s.was)
	case s.was == nil:
		return p.create(ctx, keys, s.is)
	case s.is.Digest == s.was.Digest:
		return p.update(ctx, keys, s)
	}
	restore, err := p.remove(ctx, keys, s.was) // a key with another value is kept in another place
	if err != nil {
		return nil, err
	}
	drop, err := p.create(ctx, keys, s.is)
	if err != nil {
		return restore, err
	}
	return func(ctx context.Context) error { return errors.Join(drop(ctx), restore(ctx)) }, nil
}

func (p *keyPlan) create(ctx context.Context, keys KeyStore, r *virtualkey.Record) (undo func(context.Context) error, err error) {
	r.Updated = time.Now().UTC()
	if err := keys.Create(ctx, r); err != nil {
		return nil, err
	}
	p.newest = max(p.newest, r.Revision)
	return func(ctx context.Context) error { _, err := keys.Delete(ctx, r.ID); return err }, nil
}

func (p *keyPlan) update(ctx context.Context, keys KeyStore, s keyStep) (undo func(context.Context) error, err error) {
	s.is.Updated = time.Now().UTC()
	if err := keys.Update(ctx, s.is); err != nil {
		return nil, err
	}
	p.newest = max(p.newest, s.is.Revision)
	was := *s.was
	return func(ctx context.Context) error { was.Revision = s.is.Revision; return keys.Update(ctx, &was) }, nil
}

func (p *keyPlan) remove(ctx context.Context, keys KeyStore, r *virtualkey.Record) (undo func(context.Context) error, err error) {
	revision, err := keys.Delete(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	p.newest = max(p.newest, revision)
	was := *r
	return func(ctx context.Context) error { return keys.Create(ctx, &was) }, nil
}
