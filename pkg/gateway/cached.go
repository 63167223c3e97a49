package gateway

// Hot path where answers are kept.

import (
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// cacheRules are what a configuration says of answers that are kept.
type cacheRules struct {
	asked    bool // only those that ask for it
	scope    string
	ttl      time.Duration
	largest  int // bytes
	together bool
	full     bool

	namespace  string // of calls that name none
	ofModel    bool
	ofProvider bool
	prompted   bool        // whether the system prompt is part of what is asked
	alike      *alikeRules // nil where an answer is for one request alone
}

// cacheRulesOf reads the rules; nil where no answers are kept.
func cacheRulesOf(c *config.Cache) *cacheRules {
	if !c.Enabled {
		return nil
	}
	return &cacheRules{
		asked: c.OnlyWhenAsked, scope: c.Scope, ttl: c.Lifetime(), largest: c.MaxEntryBytes(),
		together: c.SingleFlight, full: c.Full(),
		namespace: c.Namespace, ofModel: c.OfModel(), ofProvider: c.OfProvider(), prompted: !c.AnySystem,
	}
}

// form is which parts the keys have: those of one form are never those of another.
func (r *cacheRules) form() (form byte) {
	for i, on := range [...]bool{r.ofProvider, r.ofModel, r.prompted} {
		if on {
			form |= 1 << i
		}
	}
	return form
}

// caching is what a call has to do with answers that are kept. It is used again for other
// calls.
type caching struct {
	hasher cache.Hasher
	text   []byte
	key    cache.Key
	scope  string
	wish   cacheWish
	kept   *cache.Answers
	began  uint64       // the moment of kept at which the call came
	hit    *cache.Entry // the answer; nil where it is, or was, made
	unkept string       // why the answer that was made is not kept; "" where it is
	landed func()       // ends the flight that others wait for; nil for none
	alike  alike

	beats  []cache.Beat // of the stream so far
	events eventFilter
	size   int
	heard  time.Time // of the last of them
}

// cacheWish is what the caller has to say of it.
type cacheWish struct {
	read, store bool
	namespace   string
	ttl         time.Duration

	exact, alike bool    // by which ways an answer may be found
	threshold    float64 // of likeness
}

// fromCache answers the call with what was kept of one like it. Where that is nothing, the
// call's own answer will be kept.
func (c *Call) fromCache() (answered bool, err *api.Error) {
	if c.In == nil || c.shadow || c.unplugged { // no caller's own
		return false, nil
	}
	wish, asked, err := c.cacheWish()
	if err != nil || !wish.read && !wish.store || c.snapshot.cache.asked && !asked {
		return false, err
	}
	if c.bypass = c.uncacheable(); c.bypass != cacheable || !c.beginCaching(wish) {
		return false, nil
	}
	if wish.read {
		if c.findKept() {
			return true, c.answerKept()
		}
	} else if wish.alike {
		c.embedText()
	}
	c.gateway.metrics.CacheRequests.WithLabelValues("miss").Inc()
	c.caching.kept.Tally().Miss(wish.namespace)
	return false, nil
}

// cacheWish reads the caller's headers.
func (c *Call) cacheWish() (w cacheWish, asked bool, err *api.Error) {
	w = cacheWish{read: true, store: true, ttl: c.snapshot.cache.ttl, exact: true, namespace: c.snapshot.cache.namespace}
	if alike := c.snapshot.cache.alike; alike != nil {
		w.alike, w.threshold = true, alike.threshold
	}
	if c.Client == nil {
		return w, false, nil
	}
	switch how := c.Client.Header("x-asbru-cache"); how {
	case "":
	case "off":
		w.read, w.store = false, false
	case "read":
		w.store, asked = false, true
	case "refresh":
		w.read, asked = false, true
	case "on":
		asked = true
	default:
		return w, false, api.Invalid("invalid_value", "x-asbru-cache", "The header x-asbru-cache must be on, off, read or refresh.")
	}
	if name := c.ownOrBifrosts("x-asbru-cache-key", "x-bf-cache-key"); name != "" {
		w.namespace, asked = name, true
	}
	if c.Client.Header("x-bf-cache-no-store") == "true" {
		w.store = false
	}
	if text := c.ownOrBifrosts("x-asbru-cache-ttl", "x-bf-cache-ttl"); text != "" {
		ttl, ok := parseTTL(text)
		if !ok {
			return w, false, api.Invalid("invalid_value", "x-asbru-cache-ttl", "The header x-asbru-cache-ttl must be a time such as 90s or 5m, of at most a year.")
		}
		w.ttl = ttl
	}
	if w.alike {
		err = c.alikeWish(&w)
	}
	return w, asked, err
}

func (c *Call) ownOrBifrosts(own, bifrosts string) string {
	if v := c.Client.Header(own); v != "" {
		return v
	}
	return c.Client.Header(bifrosts)
}

// parseTTL reads a duration, or a number of seconds.
func parseTTL(text string) (time.Duration, bool) {
	const longest = 365 * 24 * time.Hour
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Second, n > 0 && n <= int(longest/time.Second)
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d > 0 && d <= longest
}

// beginCaching makes the key of the call. It says no to a request that has none.
func (c *Call) beginCaching(wish cacheWish) bool {
	k := c.cacher
	if k == nil {
		k = new(caching)
		c.cacher = k
	}
	if k.kept = c.gateway.kept.Load(); k.kept == nil { // it has just been switched off
		return false
	}
	k.wish, k.scope, k.began = wish, c.cacheScope(), k.kept.Now()
	body := c.Body
	if c.request != nil { // what is sent is not what the caller's body says
		text, err := codecs.OpenAI.AppendRequest(nil, c.request, &dialect.Quirks{})
		if err != nil {
			return false
		}
		body = text
	}
	c.caching = k
	if c.snapshot.cache.prompted {
		k.text = jsonx.AppendCanonical(k.text[:0], jsonx.Value(body), withoutMeaning)
	} else {
		k.text = cutPrompts(jsonx.AppendCanonical(k.text[:0], jsonx.Value(body), withoutMeaningOrPrompt))
	}
	k.hasher.Begin()
	c.hashAround(&k.hasher)
	k.hasher.Add(k.text)
	k.key = k.hasher.Sum()
	return true
}

// hashAround adds to a key what an answer depends on beside the body of the request.
func (c *Call) hashAround(hash *cache.Hasher) {
	to, h, rules := c.candidates[0], &c.Head, c.snapshot.cache
	hash.AddText(c.caching.scope)
	hash.AddText(c.caching.wish.namespace)
	hash.AddText(c.In.Name())
	if rules.ofProvider {
		hash.AddText(to.provider.Name)
	}
	if rules.ofModel {
		hash.AddText(to.model)
	}
	hash.AddText(c.pin(&to)) // a key may be of another account, or deployment
	hash.Add([]byte{byte(h.Op), flagsOf(h), h.Form, rules.form()})
	speech, _ := to.provider.speakTo(to.model, c.In, h)
	for _, name := range speech.forward {
		value := ""
		if c.Client != nil {
			value = c.Client.Header(name)
		}
		hash.AddText(value)
	}
	if c.passesOn() {
		c.hashExtra(hash)
	}
}

// withoutMeaning are members of a request that do not change what is answered: who asks, and
// what the gateway takes out.
func withoutMeaning(name string) bool {
	switch name {
	case "model", "fallbacks", "user", "safety_identifier", "prompt_cache_key", "metadata":
		return true
	}
	return false
}

// flagsOf are the forms that an answer may have.
func flagsOf(h *dialect.Head) (flags byte) {
	for i, on := range [...]bool{h.Stream, h.ArrayStream, h.Legacy, h.Predict, h.DropParams, h.StreamUsage} {
		if on {
			flags |= 1 << i
		}
	}
	return flags
}

// cacheScope is whose answers the call shares. No two scopes have one name.
func (c *Call) cacheScope() string {
	switch c.snapshot.cache.scope {
	case "all":
		return "all"
	case "team":
		if team := c.Caller().Team; team != "" {
			return "team:" + team
		}
	case "customer":
		if customer := c.Caller().Customer; customer != "" {
			return "customer:" + customer
		}
	}
	return c.Owner()
}

// findKept finds the answer, if it is kept, or is being made and then kept.
func (c *Call) findKept() bool {
	k := c.caching
	if c.findExact(); k.hit == nil && c.snapshot.cache.together {
		landed, wait := k.kept.Begin(k.key)
		if k.landed = landed; landed == nil {
			_, _ = waitFor(c, wait, c.deadline) // however that ends, the call goes on
		}
		c.findExact() // another may have landed just before this one began
	}
	if k.hit == nil && k.wish.alike {
		c.findAlike()
	}
	if k.hit != nil {
		k.land()
	}
	return k.hit != nil
}

func (c *Call) findExact() {
	if k := c.caching; k.wish.exact {
		k.hit = k.kept.Get(k.key)
	}
}

// answerKept answers the call with what was kept.
func (c *Call) answerKept() *api.Error {
	e := c.caching.hit
	if c.snapshot.cache.full {
		if err := c.reserve(); err != nil {
			return err
		}
	}
	if e.Beats != nil {
		c.streamFrom(newReplay(c, e.Beats))
		c.ContentType = e.ContentType
	} else {
		c.answerBytes(e.ContentType, e.Body, api.Usage{})
	}
	m := c.gateway.metrics
	m.CacheRequests.WithLabelValues("hit").Inc()
	m.CacheSavedSeconds.Add(e.Took.Seconds())
	k := c.caching
	if c.snapshot.cache.full {
		k.kept.Tally().Hit(k.wish.namespace, 0, e.Took)
		c.Usage, c.cost = e.Usage, e.CostNano
		return nil
	}
	k.kept.Tally().Hit(k.wish.namespace, e.CostNano, e.Took)
	m.CacheSavedDollars.Add(float64(e.CostNano) / 1e9)
	return nil
}

// keepAnswer keeps the answer of a call that is over, if it is whole and what the request
// was made for, and lets those go on that wait for it.
func (c *Call) keepAnswer(status int, took time.Duration) {
	k := c.caching
	if k.unkept = c.unkeepable(status); k.unkept == "" {
		e := &cache.Entry{
			ContentType: strings.Clone(c.ContentType), Usage: c.Usage, CostNano: c.cost, Took: took,
			Stored: time.Now(),
			Origin: cache.Origin{
				CallID: strings.Clone(c.id()), RequestID: strings.Clone(c.RequestID),
				Scope: strings.Clone(k.scope), Namespace: strings.Clone(k.wish.namespace), Model: c.Provider() + "/" + c.Model(),
			},
		}
		if c.Streaming {
			e.Beats, k.beats = k.beats, nil
		} else {
			e.Body = append([]byte(nil), c.Answer...)
		}
		if !k.kept.Put(k.key, e, k.wish.ttl, k.began) {
			k.unkept = "purged"
		} else if k.alike.vector != nil {
			k.kept.PutAlike(k.alike.group, k.key, k.alike.vector, e, k.wish.ttl, k.began)
		}
	}
	k.land()
}

// land lets those go on who wait for the call's answer.
func (k *caching) land() {
	if k.landed != nil {
		k.landed()
		k.landed = nil
	}
}

// reset makes k ready for another call.
func (k *caching) reset() {
	k.land()
	k.kept, k.hit, k.beats, k.size, k.heard, k.wish, k.scope = nil, nil, nil, 0, time.Time{}, cacheWish{}, ""
	k.unkept, k.events = "", eventFilter{}
	k.text = kept(k.text)
	k.alike.reset()
}
