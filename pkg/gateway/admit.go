package gateway

// Hot path.

import (
	"crypto/sha256"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
)

// Identity is a caller that the configuration knows: a virtual key.
type Identity struct {
	Name      string
	active    bool
	all       bool // every provider, model and key
	providers []grant
}

// grant is a provider that an identity may use, and which of its models and keys.
type grant struct {
	provider string
	models   config.Allow
	keys     config.Allow
}

// grant returns what the identity may use of a provider, nil for nothing.
func (id *Identity) grant(provider string) *grant {
	for i := range id.providers {
		if id.providers[i].provider == provider {
			return &id.providers[i]
		}
	}
	return nil
}

// identities finds a caller by the digest of its key, so that no key stands in
// memory in clear and a look-up takes the same time for all of them.
type identities map[[sha256.Size]byte]*Identity

func (m identities) find(key string) *Identity {
	if len(m) == 0 || key == "" {
		return nil
	}
	return m[sha256.Sum256([]byte(key))]
}

// virtualKeyPrefixes begin the keys that gateways give out. Such a key that is
// not known is refused; anything else is an SDK's placeholder or a provider's key.
var virtualKeyPrefixes = [...]string{"sk-asbru-", "sk-bf-"}

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
	s := c.snapshot
	c.identity = s.identities.find(c.Credential)
	switch {
	case c.identity == nil && isVirtualKey(c.Credential):
		return api.Errorf(api.KindPermission, "virtual_key_not_found", "This virtual key is not known. Check that it was copied whole and has not been deleted.")
	case c.identity == nil && s.enforceAuth && c.Credential == "":
		return api.Errorf(api.KindAuthentication, "virtual_key_required", "A virtual key is required: send it as a bearer token, or in x-api-key, api-key, x-goog-api-key or x-bf-vk.")
	case c.identity == nil && s.enforceAuth:
		return api.Errorf(api.KindPermission, "virtual_key_not_found", "The key that was sent is not one of this gateway's virtual keys.")
	case c.identity != nil && !c.identity.active:
		return api.Errorf(api.KindPermission, "virtual_key_blocked", "This virtual key is switched off.")
	}
	return nil
}

// directKey returns the provider key that the caller brought along, "" if none counts.
func (c *Call) directKey() string {
	if c.snapshot.directKeys && c.identity == nil {
		return c.Credential
	}
	return ""
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
