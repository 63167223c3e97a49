package gateway

// Hot path where callers have headers passed on.

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/provider"
)

// ExtraPrefix begins the headers that callers have passed on to providers, by the name that
// is behind it; in canonical form.
const ExtraPrefix = "X-Bf-Eh-"

// headerFilter says which headers callers may have passed on. nil lets all pass that are
// under the prefix.
type headerFilter struct{ allow, deny []string }

func newHeaderFilter(c *config.HeaderFilter) *headerFilter {
	if len(c.Allowlist)+len(c.Denylist) == 0 {
		return nil
	}
	return &headerFilter{allow: lowered(c.Allowlist), deny: lowered(c.Denylist)}
}

func lowered(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.ToLower(name)
	}
	return out
}

// named says whether headers pass under their own names, too: those that are allowed by name.
func (f *headerFilter) named() bool { return f != nil && len(f.allow) > 0 }

func (f *headerFilter) lets(name string) bool {
	return f == nil || !fitsAny(f.deny, name) && (len(f.allow) == 0 || fitsAny(f.allow, name))
}

// fitsAny says whether a name is as one of the patterns has it, in which * is any text. Names
// of headers have no slashes.
func fitsAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}

// passesOn says whether there may be headers to be passed on: it is all that a call without
// any pays. A worker gets those that pass from who has handed the call over.
func (c *Call) passesOn() bool {
	return (c.Extra || c.snapshot.headerFilter.named()) && c.task == nil && c.Client != nil
}

// passOn calls yield with each header that the caller has passed on: by the name of ours that
// has the prefix, or by its own where it is allowed by name. What the filter refuses is left out.
func (c *Call) passOn(yield func(name, value string)) {
	f, ok := c.Client.(FieldRanger)
	if !ok {
		return
	}
	filter := c.snapshot.headerFilter
	for name, value := range f.Fields {
		prefixed := len(name) > len(ExtraPrefix) && strings.EqualFold(name[:len(ExtraPrefix)], ExtraPrefix)
		if prefixed {
			name = name[len(ExtraPrefix):]
		} else if !filter.named() || c.Relay.Whole { // of which they pass anyway
			continue
		}
		if name = strings.ToLower(name); httpguts.ValidHeaderFieldName(name) && filter.lets(name) {
			yield(name, value)
		}
	}
}

// appendExtra writes the headers that the caller has passed on and this provider may get.
func (c *Call) appendExtra(b []byte, p *Provider) []byte {
	c.passOn(func(name, value string) {
		if c.mayAdd(name, p) {
			b = appendHeader(b, provider.Header{Name: name, Value: value})
		}
	})
	return b
}

// handExtra gives them to a worker along.
func (c *Call) handExtra(to []overflow.Header, p *Provider) []overflow.Header {
	c.passOn(func(name, value string) {
		if c.mayAdd(name, p) {
			to = append(to, overflow.Header{Name: addedHeader + name, Value: value})
		}
	})
	return to
}

// hashExtra adds them to a key of the cache: an answer may depend on any of them.
func (c *Call) hashExtra(hash *cache.Hasher) {
	var all []string
	c.passOn(func(name, value string) { all = append(all, name+":"+value) })
	slices.Sort(all) // they may come in any order
	for _, one := range all {
		hash.AddText(one)
	}
}

// mayAdd says whether a provider may get a header beside those that it gets anyway: none that
// is about the connection, says who somebody is, or is sent already.
func (c *Call) mayAdd(name string, p *Provider) bool {
	if name == "content-encoding" || strings.HasPrefix(name, "sec-") || c.withholds(name, p) || c.nominated(name) {
		return false
	}
	speech := c.exchange.speech
	for i := range speech.optional {
		if strings.EqualFold(name, speech.optional[i].Name) {
			return false
		}
	}
	if c.exchange.raw && slices.Contains(speech.forward, name) && c.Client.Header(name) != "" {
		return false
	}
	if c.plugged != nil {
		for _, h := range c.plugged.run.Call.Sent() {
			if strings.EqualFold(h.Name, name) {
				return false
			}
		}
	}
	return true
}

// nominated says whether the caller's connection is what a header is about.
func (c *Call) nominated(name string) bool {
	about := c.Client.Header("Connection")
	return about != "" && httpguts.HeaderValuesContainsToken([]string{about}, name)
}
