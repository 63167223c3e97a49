package gateway

// Hot path.

import (
	"net/textproto"
	"strings"
)

// returnedHeader is a header of a provider's answer that the caller gets.
type returnedHeader struct {
	name  []byte // in canonical form
	limit int8   // from 1: which limit of a key it tells of; 0: none
	left  bool   // what is left of the limit, and not the limit itself
}

// headerDropped names the fields of the request that were left out for the provider.
var headerDropped = []byte("X-Asbru-Dropped-Params")

// keyLimits is of how many limits a provider's answers may tell: requests, tokens,
// and those of a direction.
const keyLimits = 4

// returnedHeaders makes the table of a provider's Return. Two names that differ in
// one saying -remaining where the other says -limit are of the same limit.
func returnedHeaders(names []string) map[string]returnedHeader {
	table := make(map[string]returnedHeader, len(names))
	for _, name := range names {
		table[name] = returnedHeader{name: canonical(name)}
	}
	limits := int8(0)
	for _, left := range names {
		before, after, ok := strings.Cut(left, "-remaining")
		if !ok || limits == keyLimits {
			continue
		}
		whole := before + "-limit" + after
		if _, ok := table[whole]; ok {
			limits++
			table[left] = returnedHeader{name: table[left].name, limit: limits, left: true}
			table[whole] = returnedHeader{name: table[whole].name, limit: limits}
		}
	}
	return table
}

func canonical(name string) []byte { return []byte(textproto.CanonicalMIMEHeaderKey(name)) }

// keepReturned keeps the provider's headers that the caller gets, and notes what
// they tell of the key's limits.
func (c *Call) keepReturned(p *Provider) {
	c.Returned = c.Returned[:0]
	if len(c.Head.Dropped) > 0 {
		c.Returned = append(c.Returned, Return{headerDropped, []byte(strings.Join(c.Head.Dropped, ", "))})
	}
	if len(p.returns) == 0 {
		return
	}
	var limits [keyLimits]struct {
		left, whole int64
		told        bool
	}
	told := false
	for i := range c.head.Fields {
		f := &c.head.Fields[i]
		h, ok := p.returns[string(f.Name)]
		if !ok {
			continue
		}
		c.Returned = append(c.Returned, Return{h.name, f.Value})
		if h.limit == 0 {
			continue
		}
		if l := &limits[h.limit-1]; h.left {
			l.left, l.told, told = amount(f.Value), true, true
		} else {
			l.whole = amount(f.Value)
		}
	}
	if !told {
		return
	}
	percent := int64(100)
	for _, l := range limits {
		// Providers have been seen to send -1 of 0; only what makes sense counts.
		if l.told && l.left >= 0 && l.left <= l.whole && l.whole > 0 {
			percent = min(percent, l.left*100/l.whole)
		}
	}
	p.keys.Headroom(c.exchange.key, percent)
}

// amount reads a whole number that is not negative; -1 for anything else.
func amount(b []byte) (n int64) {
	if len(b) == 0 || len(b) > 15 {
		return -1
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
