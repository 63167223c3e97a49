package provider

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
)

// Provider is one row: all that is known of a provider before it is configured.
type Provider struct {
	Name    string
	Title   string
	Dialect string // name of the codec
	BaseURL string // origin and any prefix before Version; no slash at the end. Empty where each user has another
	Example string // such a base URL, for a message and the docs
	Version string // version path that stands between BaseURL and the codec's path: /v1
	// Versions are those that a base URL may end in without meaning, where the codec's
	// paths have theirs in them.
	Versions []string
	Ops      api.Ops
	Reworded api.Ops // those whose bodies differ from the dialect's own, so that none passes as it is
	// Forms are how operations are asked for that the provider has in a form of its own, and
	// none of its dialects.
	Forms   map[api.Op]dialect.Codec
	OwnOps  api.Ops  // those that only callers of the provider's own dialect get from it
	Also    []Spoken // further dialects of the provider's, whose callers' bodies it gets as they are
	Auth    Auth
	SignIn  string   // other ways to sign in than by the key's value, for the docs
	Headers []Header // sent with each request, unless the caller's own stands for it (Forward)
	// Forward are the caller's headers, in lower case, that a provider of the
	// caller's dialect gets too. Return are the provider's that the caller gets.
	Forward []string
	Return  []string
	Quirks  dialect.Quirks
	// Media is how the provider is asked for the pictures and the sound among its Ops,
	// where not as OpenAI is; nil else.
	Media media.Form
	// Way says where a key's requests go, where not all keys' go to one place; nil else.
	Way func(k *config.Key) (access.Way, error)
	// Brought makes a key of what a caller's headers say of one, and of the key that it
	// shows as to any provider; nil where they say nothing, or no caller may bring one so.
	Brought func(header func(name string) string, key string) (*config.Key, error)
	KeyLess bool // needs no key
}

// Spoken is a further dialect that a provider speaks.
type Spoken struct {
	Dialect string
	// Models are the patterns of the models that speak it and no other; empty where it
	// is one more of all models.
	Models []string
	// Codec is how the provider has the dialect where that is not the dialect's own way;
	// nil: the dialect's codec.
	Codec dialect.Codec
	// Fits says whether a caller's own body can be sent in it to a model, and that no
	// other is; nil: all can.
	Fits    func(h *dialect.Head, model string) bool
	Version string // in place of the provider's
	Ops     api.Ops
	Headers []Header // as the provider's own for its dialect
	Forward []string
}

// Header is a header field.
type Header struct{ Name, Value string }

// Auth says how a key is sent: the header's name, and what stands before the key in it.
type Auth struct{ Header, Prefix string }
