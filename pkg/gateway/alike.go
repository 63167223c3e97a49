package gateway

// Hot path where answers are found by what requests mean.

import (
	"fmt"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// A chat that no kept answer is for to the letter may get one whose last text of the user
// means nearly the same. Answers lie in groups: in the key of one is all that the key of an
// answer has, but for that text, and of the text what an embedding does not tell apart
// ([cache.AppendDistinct]). So of two requests in a group nothing differs but the wording of
// one text.

// alikeRules are what a configuration says of answers that are found so.
type alikeRules struct {
	embedder   candidate
	name       string // of the model, as it is configured
	dimensions int    // 0: as many as it has
	threshold  float64
	messages   int
	longest    int // bytes of a text
	timeout    time.Duration
	names      bool
}

// findEmbedder reads the rules of a configuration that finds answers so.
func (s *Snapshot) findEmbedder(c *config.CacheSemantic) error {
	p, model, err := s.resolve(c.Model, "")
	if err != nil {
		return fmt.Errorf("cache.semantic.model: %w", err)
	}
	s.cache.alike = &alikeRules{
		embedder: candidate{provider: p, model: model}, name: c.Model, dimensions: c.Dimensions, threshold: c.Likeness(),
		messages: c.Messages(), longest: c.MaxTextBytes(), timeout: c.Timeout(), names: !c.IgnoreNames,
	}
	return nil
}

// alike is what a call has to do with answers that are found so.
type alike struct {
	decoded    api.Request
	quoted     []byte // its last text of the user, as the canonical body has it
	distinct   []byte
	group      cache.Key
	vector     []float32 // of the text; nil where it was not embedded
	outcome    alikeOutcome
	similarity float64
}

// alikeOutcome is how it went.
type alikeOutcome uint8

const (
	alikeUnsought alikeOutcome = iota
	alikeHit
	alikeNone    // there is none
	alikeText    // the request does not end with a text of the user's
	alikeLong    // there are too many messages, or the text is too long
	alikeSlow    // the text was not embedded in time
	alikeFailed  // the text could not be embedded
	alikeResting // this was so too often just now
	alikeLimits  // the caller's limits have no room for that
	alikeStored  // none was looked for: the answer is to be made, and kept
)

var alikeNames = [...]string{
	alikeHit: "hit", alikeNone: "none", alikeText: "text", alikeLong: "long", alikeSlow: "slow", alikeFailed: "failed",
	alikeResting: "resting", alikeLimits: "limits", alikeStored: "refreshed",
}

// hitHeader is what the caller reads of a hit.
func (a *alike) hitHeader() string {
	if a.outcome != alikeHit {
		return "hit"
	}
	return "hit; type=semantic; similarity=" + a.likeness()
}

func (a *alike) likeness() string { return strconv.FormatFloat(a.similarity, 'f', 2, 64) }

// missHeader is what the caller reads of a miss: with a reason where a text could not be
// embedded that might have been.
func (a *alike) missHeader() string {
	switch a.outcome {
	case alikeSlow, alikeFailed, alikeResting, alikeLimits:
		return "miss; semantic=" + alikeNames[a.outcome]
	}
	return "miss"
}

// hitMark is what the log says of a hit.
func (a *alike) hitMark() string {
	if a.outcome != alikeHit {
		return "cache:hit"
	}
	return "cache:hit=semantic,similarity:" + a.likeness()
}

// missMark is what the log says of a miss beside that it was one.
func (a *alike) missMark() string {
	if a.outcome == alikeUnsought {
		return ""
	}
	return ",semantic:" + alikeNames[a.outcome]
}

// reset makes a ready for another call. The vector may be kept, and is given up.
func (a *alike) reset() {
	if a.outcome != alikeUnsought {
		a.decoded.Reset()
		a.quoted, a.distinct = kept(a.quoted), kept(a.distinct)
		a.vector, a.outcome, a.similarity = nil, alikeUnsought, 0
	}
}

// alikeWish reads the caller's headers.
func (c *Call) alikeWish(w *cacheWish) *api.Error {
	switch c.ownOrBifrosts("x-asbru-cache-type", "x-bf-cache-type") {
	case "":
	case "direct":
		w.alike = false
	case "semantic":
		w.exact = false
	default:
		return api.Invalid("invalid_value", "x-asbru-cache-type", "The header x-asbru-cache-type must be direct or semantic.")
	}
	if text := c.ownOrBifrosts("x-asbru-cache-threshold", "x-bf-cache-threshold"); text != "" {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(n > 0 && n <= 1) {
			return api.Invalid("invalid_value", "x-asbru-cache-threshold", "The header x-asbru-cache-threshold must be a number above 0, at most 1.")
		}
		w.threshold = n
	}
	return nil
}

// findAlike finds an answer to a request that means nearly the same.
func (c *Call) findAlike() {
	k := c.caching
	a := &k.alike
	if c.embed() {
		k.hit, a.similarity = k.kept.GetAlike(a.group, a.vector, k.wish.threshold)
		if a.outcome = alikeNone; k.hit != nil {
			a.outcome = alikeHit
		}
	}
	c.countAlike()
}

// embedText has the answer that is about to be made found by what its request means.
func (c *Call) embedText() {
	if c.embed() {
		c.caching.alike.outcome = alikeStored
	}
	c.countAlike()
}

func (c *Call) countAlike() {
	if how := c.caching.alike.outcome; how != alikeUnsought {
		c.gateway.metrics.CacheSemantic.WithLabelValues(alikeNames[how]).Inc()
	}
}

// embed finds out what the call's request means, and the group that it is of. It says no where
// it cannot be compared.
func (c *Call) embed() bool {
	if c.Head.Op != api.OpChat {
		return false
	}
	a, rules := &c.caching.alike, c.snapshot.cache.alike
	text, why := c.meaning()
	if a.outcome = why; why != alikeUnsought {
		return false
	}
	a.vector, a.outcome = c.vectorOf(text, rules)
	return a.vector != nil
}

// meaning finds the text of the call that may be worded otherwise, and the group of the call.
// What differs in two requests of one group is, in both, the last string of their bodies that
// is the last text of the user's: so either this text, or nothing at all.
func (c *Call) meaning() (string, alikeOutcome) {
	k, rules := c.caching, c.snapshot.cache.alike
	a, r := &k.alike, c.request
	if r == nil {
		head := c.Head // decoding may note something in it
		head.Dropped = nil
		if err := c.In.DecodeRequest(&head, c.Body, &a.decoded); err != nil {
			return "", alikeText
		}
		r = &a.decoded
	}
	text := lastText(r)
	switch {
	case text == "":
		return "", alikeText
	case len(text) > rules.longest || len(r.Messages) > rules.messages:
		return "", alikeLong
	}
	a.quoted = jsonx.AppendCanonical(a.quoted[:0], jsonx.AppendString(nil, text), nil)
	at, ok := jsonx.LastString(k.text, a.quoted)
	if !ok {
		return "", alikeText
	}
	a.distinct = cache.AppendDistinct(a.distinct[:0], text, rules.names)
	hash := &k.hasher
	hash.Begin()
	hash.AddText("alike")
	hash.AddText(rules.name)
	hash.AddText(strconv.Itoa(rules.dimensions))
	hash.Add(a.distinct)
	c.hashAround(hash)
	hash.Add(k.text[:at.Start])
	hash.Add(k.text[at.End:])
	a.group = hash.Sum()
	return text, alikeUnsought
}

// lastText is the last text of a request, where that is the user's; "" for none.
func lastText(r *api.Request) string {
	if len(r.Messages) == 0 {
		return ""
	}
	last := &r.Messages[len(r.Messages)-1]
	if last.Role != api.RoleUser || len(last.Parts) == 0 {
		return ""
	}
	if p := &last.Parts[len(last.Parts)-1]; p.Kind == api.PartText {
		return p.Text
	}
	return ""
}

// vectorOf has a text embedded, by a call of its own that is made for this one: it has a row
// in the log, costs what it costs, and counts for the limits of the same caller.
func (c *Call) vectorOf(text string, rules *alikeRules) ([]float32, alikeOutcome) {
	g := c.gateway
	if !g.embedding.over(time.Now()) {
		return nil, alikeResting
	}
	child := c.child(c.Client)
	defer g.Release(child)
	child.In, child.unplugged = nil, true
	child.Credential = "" // a provider's key that the caller brings is not for this one
	child.Head.Op, child.Head.Model = api.OpEmbedding, rules.name
	child.candidates = append(child.candidates, rules.embedder)
	child.Timeout = max(min(rules.timeout, time.Until(c.deadline)), time.Nanosecond)
	child.request = &api.Request{Op: api.OpEmbedding, Model: rules.embedder.model, Inputs: []api.Input{{Text: text}}}
	if rules.dimensions > 0 {
		child.request.Embedding.Dimensions = api.Some(int64(rules.dimensions))
	}
	child.mark("semantic:embedding")
	err := child.conclude(child.onward())
	c.below += child.cost
	g.metrics.CacheEmbeddingDollars.Add(float64(child.cost) / 1e9)
	if err != nil {
		return nil, c.unembedded(child, err)
	}
	var v []float32
	if all := child.answer.Embeddings; len(all) == 1 {
		v = append(v, all[0]...)
	}
	if !cache.Unit(v) {
		return nil, c.unembedded(child, &api.Error{Code: "provider_bad_answer"})
	}
	g.embedding.passed()
	return v, alikeUnsought
}

// unembedded says why a text was not embedded.
func (c *Call) unembedded(child *Call, err *api.Error) alikeOutcome {
	switch {
	case c.left.Load() || child.left.Load() || child.shut.Load():
		return alikeFailed // nobody's fault
	case child.attempts == 0 && err.Kind == api.KindRateLimit:
		return alikeLimits
	}
	if c.gateway.embedding.failed(time.Now()) {
		c.gateway.log.Warn("texts cannot be embedded for the semantic cache; calls do without for now", "model", child.Head.Model, "error", err.Code)
	}
	if err.Kind == api.KindTimeout {
		return alikeSlow
	}
	return alikeFailed
}
