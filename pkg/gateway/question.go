package gateway

import (
	"maps"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// Question is a request as it could be made, for [Gateway.Explain].
type Question struct {
	// Endpoint is what is asked for: the name that routing rules know it by, or the
	// operation's; "" is a chat completion. Dialect is that of the body; "" is OpenAI's.
	Endpoint, Dialect string
	Model             string // where the body does not say it
	Stream            bool   // likewise
	Body              []byte // JSON; nil for none
	Headers, Query    map[string]string
	Metadata          string // k=v,…

	// Who asks: a virtual key of the store, or one of the configuration by its id, or
	// somebody without a key who belongs to a team, a customer or a user. All empty:
	// somebody who shows no key.
	Key                  *virtualkey.Record
	KeyID                string
	Team, Customer, User string
}

// asked is the Client of a request that is not made.
type asked struct{ headers, query map[string]string }

func (*asked) Watch(func()) {}
func (*asked) Unwatch()     {}

// Header implements Client.
func (a *asked) Header(name string) string { return a.headers[strings.ToLower(name)] }

// Fields implements FieldRanger.
func (a *asked) Fields(yield func(name, value string) bool) { ranged(a.headers, yield) }

// Query implements Querier.
func (a *asked) Query(yield func(name, value string) bool) { ranged(a.query, yield) }

func ranged(m map[string]string, yield func(name, value string) bool) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !yield(name, m[name]) {
			return
		}
	}
}

// request makes the call of the question. It reports whether it could.
func (x *explaining) request(q *Question) bool {
	c := x.call
	from := &asked{headers: map[string]string{}, query: q.Query}
	for name, value := range q.Headers {
		from.headers[strings.ToLower(name)] = value
	}
	c.Client = from
	c.Session, c.PinnedKey = from.headers["x-asbru-session"], from.headers["x-asbru-key"]
	c.Fallbacks, c.User = from.headers["x-asbru-fallbacks"], from.headers["x-asbru-user"]
	c.Metadata = q.Metadata
	if c.Metadata == "" {
		c.Metadata = from.headers["x-asbru-metadata"]
	}
	op, dialect, ok := endpoint(q.Endpoint)
	if q.Dialect != "" {
		dialect = q.Dialect
	}
	c.In = codecs.ByName(dialect)
	if !ok || c.In == nil {
		x.refuse("request", api.Errorf(api.KindUnsupported, "operation_not_supported", "There is no such endpoint, or no such dialect."))
		return false
	}
	h := &c.Head
	h.Op = op
	if !translated.Has(op) {
		c.Relay.Method = "POST"
	}
	if len(q.Body) > 0 {
		c.Body = q.Body
		if err := c.peek(); err != nil {
			x.refuse("request", err)
			return false
		}
	}
	if h.Model == "" {
		h.Model = q.Model
	}
	h.Stream = h.Stream || q.Stream
	return true
}

// translated are the operations that do not pass in the caller's own form.
var translated = api.OpsOf(api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpCountTokens, api.OpRerank)

// endpoint finds the operation of a name, and the dialect that it is asked for in.
func endpoint(name string) (op api.Op, dialect string, ok bool) {
	switch name {
	case "":
		return api.OpChat, "openai", true
	case "responses":
		return api.OpChat, "responses", true
	}
	for _, r := range namedRequests {
		if r.name == name {
			return r.op, "openai", true
		}
	}
	op, ok = api.OpByName(name)
	return op, "openai", ok && op != api.OpNone
}
