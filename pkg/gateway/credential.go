package gateway

// Hot path.

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// credential is a key of a provider, ready to be used.
type credential struct {
	id      string
	name    string
	models  config.Allow
	named   []string // models that the key lists by name
	aliases map[string]string
	prices  []override
	limits  []limits.Limit
	// head is the fixed part of a request's head, with the key where it is not signed with.
	head   []byte
	origin *upstream.Origin
	path   func(dst []byte, op api.Op, model string, stream bool) []byte // nil: the provider's
	under  func(dst []byte, path string) []byte                          // likewise, for a path that the caller names
	model  string                                                        // the one that all names mean
	prefix string                                                        // of all names but those of AWS's resources
	signer access.Signer                                                 // nil: the key is in head

	annexes []annexed
	strip   string // of an annex: what of a path is not its own

	moved     map[request]*credential // as it is used for what is asked for elsewhere; nil for nothing
	elsewhere bool                    // it is one of those: its path stands for that of any dialect
	direct    bool                    // stands in for a key that the caller brings along
}

func (c *credential) lists(model string) bool {
	_, alias := c.aliases[model]
	return alias || slices.Contains(c.named, model)
}

// serves says whether the key may be used for the model; any may for no model.
func (c *credential) serves(model string) bool {
	if model == "" {
		return true
	}
	if _, alias := c.aliases[model]; alias {
		return true
	}
	return c.models.Allows(model)
}

// upstreamModel returns the provider's own name of a model.
func (c *credential) upstreamModel(model string) string {
	if real, ok := c.aliases[model]; ok {
		model = real
	} else {
		model = cmp.Or(c.model, model)
	}
	if c.prefix != "" && !strings.HasPrefix(model, arnPrefix) {
		model = c.prefix + model
	}
	return model
}

// arnPrefix begins the name of a resource in AWS, which has all before it that it needs.
const arnPrefix = "arn:"

// sign prepares the provider's keys. The balance between them carries over from before.
func (p *Provider) sign(cfg *config.Config, before *Provider) error {
	p.head = p.fixedHead()
	var weights []keys.Key
	for i := range p.config.Keys {
		k := &p.config.Keys[i]
		if !k.IsEnabled() {
			continue
		}
		name := keyName(k, i)
		cred := credential{
			id: cmp.Or(k.ID, name), name: name, aliases: k.Aliases,
			models: cfg.Allow(k.Models, k.Blocked),
			named:  k.Models,
			prices: overridesOf(k.PricingOverrides),
			limits: limitsOfKey(p.Name, cmp.Or(k.ID, name), k),
		}
		if err := p.lead(&cred, k, p.originOf); err != nil {
			return fmt.Errorf("key %s: %w", name, err)
		}
		p.anyListed = p.anyListed || len(k.Models) > 0 || len(cred.aliases) > 0
		p.creds = append(p.creds, cred)
		weights = append(weights, keys.Key{ID: cred.id, Weight: k.Weight})
	}
	p.direct = credential{models: cfg.Allow([]string{"*"}, nil), head: p.head, origin: p.origin, direct: true}
	if err := p.move(&p.direct, p.originOf); err != nil {
		return err
	}
	if len(p.creds) == 0 && p.KeyLess && p.origin != nil {
		keyless := p.direct
		keyless.direct = false
		p.creds = append(p.creds, keyless)
		weights = append(weights, keys.Key{ID: "", Weight: 1})
	}
	var err error
	if before != nil {
		p.keys, err = before.keys.Reload(weights)
	} else {
		p.keys, err = keys.New(weights)
	}
	return err
}

// keyName is the name of a provider's i-th key.
func keyName(k *config.Key, i int) string {
	return cmp.Or(k.Name, k.ID, fmt.Sprintf("key-%d", i+1))
}

// opener returns the connections to an address.
type opener func(address string) (*upstream.Origin, error)

// lead sets up the way of a key's requests to the provider.
func (p *Provider) lead(cred *credential, k *config.Key, open opener) (err error) {
	var way access.Way
	if p.Way != nil {
		if way, err = p.Way(k); err != nil {
			return err
		}
	}
	cred.origin = p.origin
	if way.BaseURL != "" {
		if cred.origin, err = open(way.BaseURL); err != nil {
			return err
		}
	}
	if cred.origin == nil && way.Region != "" {
		if cred.origin, err = open(way.Region); err != nil {
			return err
		}
	}
	if cred.origin == nil {
		return fmt.Errorf("this provider has no address of its own; give yours, such as %s, in network_config.base_url", p.Example)
	}
	if len(way.Aliases) > 0 {
		cred.aliases = maps.Clone(way.Aliases)
		maps.Copy(cred.aliases, k.Aliases)
	}
	cred.path, cred.under, cred.model, cred.prefix, cred.signer = way.Path, way.Under, way.Model, way.Prefix, way.Signer
	cred.head = slices.Clone(p.head)
	if cred.signer == nil {
		cred.head = p.appendAuth(cred.head, k.Value.Reveal())
	}
	if err := p.annex(cred, way.Annexes, open); err != nil {
		return err
	}
	if err := p.place(cred, way.Elsewhere, open); err != nil {
		return err
	}
	return p.move(cred, open)
}

// annex sets up the further addresses that a key's requests may go to.
func (p *Provider) annex(cred *credential, all []access.Annex, open opener) (err error) {
	for _, a := range all {
		there := *cred
		there.annexes, there.strip = nil, a.Strip
		if p.origin == nil {
			if there.origin, err = open(a.Region); err != nil {
				return err
			}
		}
		if a.Signer != nil {
			there.signer = a.Signer
		}
		cred.annexes = append(cred.annexes, annexed{a.Below, &there})
	}
	return nil
}

// annexed is a credential as it is used for some paths.
type annexed struct {
	below string
	cred  *credential
}

// at returns the credential as it is used for a path of the provider's own.
func (c *credential) at(path string) *credential {
	for _, a := range c.annexes {
		if strings.HasPrefix(path, a.below) {
			return a.cred
		}
	}
	return c
}

// fixedHead writes the part of a request's head that is the same for all keys:
// the fields behind those that the origin itself needs.
func (p *Provider) fixedHead() []byte {
	b := []byte("User-Agent: asbru\r\nAccept-Encoding: identity\r\n")
	for name, value := range p.config.Network.ExtraHeaders {
		b = appendHeader(b, provider.Header{Name: name, Value: value.Reveal()})
	}
	return b
}

// appendAuth writes the header that holds the key; none for an empty key.
func (p *Provider) appendAuth(b []byte, key string) []byte {
	if key == "" {
		return b
	}
	b = append(appendHeaderName(b, p.Auth.Header), p.Auth.Prefix...)
	return append(appendHeaderValue(b, key), '\r', '\n')
}

func appendHeader(b []byte, h provider.Header) []byte {
	return append(appendHeaderValue(appendHeaderName(b, h.Name), h.Value), '\r', '\n')
}

// eligible returns the set of keys that serve the model and have not been tried; of one
// key at most if it is pinned.
func (p *Provider) eligible(model, pin string, c *Call, tried uint64) (mask uint64, served bool) {
	for i := range p.creds {
		cred := &p.creds[i]
		if pin != "" && cred.name != pin && cred.id != pin || !cred.serves(model) || !c.permitsKey(p.Name, cred) {
			continue
		}
		served = true
		mask |= 1 << i
	}
	return mask &^ tried, served
}

// hasKey says whether a key is left that serves the model and is in use.
func (p *Provider) hasKey(model string, c *Call, tried uint64) bool {
	if c.brings(p) {
		return false
	}
	mask, _ := p.eligible(model, c.pin(&c.candidates[c.at]), c, tried)
	if mask == 0 {
		return false
	}
	for i, k := range p.keys.Snapshot(time.Now().UnixNano()) {
		if mask&(1<<i) != 0 && k.CoolUntil.IsZero() && !k.Disabled && !k.Broken {
			return true
		}
	}
	return false
}

// pick chooses the key of this try.
func (c *Call) pick(p *Provider, model string, tried uint64) (*credential, *api.Error) {
	if c.task != nil {
		return c.taskKey(p)
	}
	if cred, err := c.brought(p); cred != nil || err != nil {
		return cred, err
	}
	if p.origin != nil && c.directKeyFor(p) != "" {
		return &p.direct, nil
	}
	pin := c.pin(&c.candidates[c.at])
	mask, served := p.eligible(model, pin, c, tried)
	if !served {
		return nil, c.noKey(p, model)
	}
	if mask == 0 { // each was at fault once; the retry goes to any of them
		mask, _ = p.eligible(model, pin, c, 0)
	}
	now := c.exchange.began.UnixNano()
	var refused *api.Error
	for {
		i := c.pickFrom(p.keys, now, mask)
		if i < 0 && c.at+1 == len(c.candidates) { // what the provider says is better than nothing
			i = p.keys.PickBroken(now, mask, 1)
		}
		switch {
		case i < 0 && refused != nil:
			return nil, refused
		case i < 0:
			return nil, noKeyInUse(p, model, now, mask)
		}
		if refused = c.reserveKey(&p.creds[i]); refused == nil {
			c.exchange.key, c.exchange.keyName = i, p.creds[i].name
			return &p.creds[i], nil
		}
		mask &^= 1 << i // another key may have room
	}
}

func (c *Call) pickFrom(set *keys.Set, now int64, mask uint64) int {
	if c.Session != "" {
		return set.PickFor(now, mask, 1, c.Session)
	}
	return set.Pick(now, mask, 1)
}

// noKeyInUse is the error of a call whose keys all cool down or are broken.
func noKeyInUse(p *Provider, model string, now int64, mask uint64) *api.Error {
	at, cooling := p.keys.NextBack(now, mask)
	if !cooling {
		return api.Errorf(api.KindOverloaded, "keys_failing", "Calls for %s at %s fail with all keys.", model, p.Name)
	}
	err := api.Errorf(api.KindRateLimit, "keys_cooling_down", "All keys for %s at %s have been refused by the provider and are cooling down.", model, p.Name)
	err.RetryAfter = max(time.Duration(at-now), time.Second)
	return err
}

func (c *Call) noKey(p *Provider, model string) *api.Error {
	switch {
	case c.candidates[c.at].key != "":
		return api.Errorf(api.KindUnavailable, "no_provider_key", "Provider %s has no key of the name that a routing rule pins and that may be used for %s.", p.Name, model)
	case c.PinnedKey != "":
		return api.Invalid("key_not_found", "x-asbru-key", "Provider %s has no key of this name that serves %s.", p.Name, model)
	case len(p.creds) == 0 && c.snapshot.directKeys:
		return api.Errorf(api.KindAuthentication, "no_provider_key", "Provider %s has no key configured, so the call must bring one.", p.Name)
	case len(p.creds) == 0:
		return api.Errorf(api.KindUnavailable, "no_provider_key", "Provider %s has no key configured.", p.Name)
	}
	return api.Errorf(api.KindNotFound, "model_not_served", "No key of provider %s serves the model %s.", p.Name, model)
}

// unknownKeyRest is how long a key rests that the provider does not know or does
// not permit. Not for good: providers have refused good keys for a while before.
const unknownKeyRest = time.Minute

// cool lets a key rest after the provider has refused it.
func (c *Call) cool(p *Provider, key int, err *api.Error) {
	rest := err.RetryAfter
	if err.Kind == api.KindAuthentication || err.Kind == api.KindPermission {
		rest = max(rest, unknownKeyRest)
	}
	until := p.keys.Refused(key, time.Now().UnixNano(), rest, err.Message)
	if shared := c.gateway.options.Keys; shared != nil {
		// Not the message: a provider may repeat a part of the key in it.
		shared.Cooled(p.Name, p.creds[key].id, time.Unix(0, until), err.Code)
	}
}
