package gateway

// Hot path.

import (
	"errors"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// virtualKeyPrefixes begin the keys that gateways give out. Such a key that is
// not known is refused; anything else is an SDK's placeholder or a provider's key.
var virtualKeyPrefixes = [...]string{virtualkey.Prefix, "sk-bf-"}

func isVirtualKey(s string) bool {
	for _, p := range virtualKeyPrefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// admit finds out who calls.
func (c *Call) admit() *api.Error {
	if u := c.gateway.options.Usage; u != nil && u.Full() {
		return api.Errorf(api.KindOverloaded, "usage_not_recordable", "What this call uses could not be recorded at the moment, and this gateway answers no call that it cannot account for.")
	}
	if err := c.identify(); err != nil {
		return err
	}
	if names := c.snapshot.loggedHeaders; names != nil {
		c.keepHeaders(names)
	}
	return c.standing()
}

// standing says whether the caller, who has been looked up, may call.
func (c *Call) standing() *api.Error {
	s := c.snapshot
	if err := c.hasHeaders(s.headers); err != nil {
		return err
	}
	switch {
	case c.identity == nil && isVirtualKey(c.Credential):
		return api.Errorf(api.KindPermission, "virtual_key_not_found", "This virtual key is not known. Check that it was copied whole and has not been deleted.")
	case c.identity == nil && s.enforceAuth && c.Credential == "":
		return api.Errorf(api.KindAuthentication, "virtual_key_required", "A virtual key is required: send it as a bearer token, or in x-api-key, api-key, x-goog-api-key or x-bf-vk.")
	case c.identity == nil && s.enforceAuth:
		return api.Errorf(api.KindPermission, "virtual_key_not_found", "The key that was sent is not one of this gateway's virtual keys.")
	case c.identity != nil && !c.identity.active:
		return api.Errorf(api.KindPermission, "virtual_key_blocked", "This virtual key is switched off.")
	case c.identity != nil && c.identity.expired(c.began):
		return api.Errorf(api.KindPermission, "virtual_key_blocked", "This virtual key has expired.")
	case c.identity != nil && c.identity.rules != nil:
		return c.keepsTo(c.identity.rules)
	}
	return nil
}

// keepsTo says whether the call is one that its virtual key is for.
func (c *Call) keepsTo(r *rules) *api.Error {
	if op := c.Head.Op; r.ops != 0 && op != api.OpNone && !r.ops.Has(op) {
		return api.Errorf(api.KindPermission, "endpoint_blocked", "This virtual key may not be used for %s.", op)
	}
	return c.hasHeaders(r.headers)
}

// hasHeaders says whether the call has the headers that are required. A program's own
// calls have none.
func (c *Call) hasHeaders(required []string) *api.Error {
	if len(required) == 0 || c.Client == nil || c.Vetted {
		return nil
	}
	var missing []string
	for _, name := range required {
		if c.Client.Header(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return api.Invalid("missing_required_headers", missing[0], "The request lacks headers that are required here: %s.", strings.Join(missing, ", "))
}

// identify looks the caller's key up, first among those of the configuration.
func (c *Call) identify() *api.Error {
	directory := c.gateway.directory
	if c.Credential == "" || len(c.snapshot.identities) == 0 && directory == nil {
		return nil
	}
	digest := virtualkey.DigestOf(c.Credential)
	id := c.snapshot.identities[digest]
	if id == nil && directory != nil && strings.HasPrefix(c.Credential, virtualkey.Prefix) {
		var err error
		if id, err = c.find(digest); err != nil && !errors.Is(err, virtualkey.ErrNotFound) {
			return api.Errorf(api.KindOverloaded, "virtual_key_unavailable", "The virtual key cannot be looked up at the moment. Try again.")
		}
	}
	if id == nil {
		return nil
	}
	c.know(id)
	return nil
}

// know notes who calls, and whom they belong to.
func (c *Call) know(id *Identity) {
	c.identity = id
	if b := c.snapshot.belongingsOf(id); b != nil {
		c.belongs = b
		if b.joined != nil {
			c.identity = b.joined
		}
	}
}

// find looks a stored key up. A value that was rotated away leads to the key as it is
// now, as long as it works.
func (c *Call) find(digest virtualkey.Digest) (*Identity, error) {
	id, err := c.gateway.directory.Find(digest, c.Credential)
	if err != nil || id.successor == nil || id.expired(c.began) {
		return id, err
	}
	return c.gateway.directory.Find(*id.successor, c.Credential)
}

// directKey returns the provider key that the caller brought along, "" if none
// counts. It is the caller's own affair: it is not one of the provider's set, so
// what the provider says of it is not held against those.
func (c *Call) directKey() string {
	if c.snapshot.directKeys && c.identity == nil {
		return c.Credential
	}
	return ""
}

// directKeyFor is the key that the caller brought along for a provider: the one that the call
// names, or where it goes first if it names none. No other learns of the key: fallbacks, and those
// that a rule sends the call to, are asked as for a caller without one.
func (c *Call) directKeyFor(p *Provider) string {
	key := c.directKey()
	if key == "" {
		return ""
	}
	named, _ := c.meant()
	if named == nil && len(c.candidates) > 0 {
		named = c.candidates[0].provider
	}
	if named != p {
		return ""
	}
	return key
}

// permits says whether the caller may use a model of a provider.
func (c *Call) permits(provider, model string) *api.Error {
	if c.identity == nil || c.identity.all {
		return nil
	}
	switch g := c.identity.grant(provider); {
	case g == nil:
		return api.Errorf(api.KindPermission, "provider_blocked", "This virtual key may not use provider %s.", provider)
	case !g.models.Allows(model):
		return api.Errorf(api.KindPermission, "model_blocked", "This virtual key may not use model %s of provider %s.", model, provider)
	}
	return nil
}

// permitsKey says whether the caller's calls may be sent with a provider's key.
func (c *Call) permitsKey(provider string, cred *credential) bool {
	if c.identity == nil || c.identity.all {
		return true
	}
	g := c.identity.grant(provider)
	return g != nil && (g.keys.Allows(cred.id) || g.keys.Allows(cred.name))
}
