package catalog

import (
	"fmt"
	"math"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Price is what calls of a model cost. A token costs whole pico-dollars: at a
// dollar for a million tokens, a million of them. Where a provider states no price
// of its own for a kind of token, it is that of the kind it is a part of.
type Price struct {
	Rate

	// LongAbove is how many tokens of input a call may have before all of it costs
	// Long; 0 for no such price.
	LongAbove int64
	Long      Rate

	Call  int64 // pico-dollars for a call, whatever it uses
	Image int64 // for an image that is made
	Unit  int64 // for one of what api.Usage.Units counts
}

// Rate is what a token of each kind costs, in pico-dollars.
type Rate struct {
	Input      int64
	CacheRead  int64
	CacheWrite int64
	AudioIn    int64
	ImageIn    int64
	Output     int64
	Reasoning  int64
	AudioOut   int64
	ImageOut   int64
}

const (
	picoPerNano   = 1e3
	picoPerDollar = 1e12
)

// Cost is what a call costs that has used this much, in nano-dollars, rounded to
// the nearest.
func (p *Price) Cost(u *api.Usage) int64 {
	r := &p.Rate
	if p.LongAbove > 0 && u.Input > p.LongAbove {
		r = &p.Long
	}
	if u.BilledInput > 0 || u.BilledOutput > 0 {
		pico := sane(u.BilledInput)*r.Input + sane(u.BilledOutput)*r.Output
		return (pico + picoPerNano/2) / picoPerNano
	}
	pico := sane(u.Input-u.CacheRead-u.CacheWrite-u.AudioIn-u.ImageIn)*r.Input +
		sane(u.CacheRead)*r.CacheRead + sane(u.CacheWrite)*r.CacheWrite +
		sane(u.AudioIn)*r.AudioIn + sane(u.ImageIn)*r.ImageIn +
		sane(u.Output-u.Reasoning-u.AudioOut-u.ImageOut)*r.Output +
		sane(u.Reasoning)*r.Reasoning + sane(u.AudioOut)*r.AudioOut + sane(u.ImageOut)*r.ImageOut +
		p.Call + few(u.Images)*p.Image + few(u.Units)*p.Unit
	return (pico + picoPerNano/2) / picoPerNano
}

// sane and few bound what a provider says that was used, so that no cost overflows.
func sane(tokens int64) int64 { return min(max(tokens, 0), maxTokens) }
func few(units int64) int64   { return min(max(units, 0), maxUnits) }

const (
	maxTokens     = 5e7
	maxUnits      = 1e5
	maxPerMillion = 1e4 // dollars
	maxEach       = 1e1 // dollars for a call, an image, a unit
)

// kind is a kind of token: its price in short and in long calls, and the kind that
// it is a part of.
type kind struct {
	name        string
	short, long *int64
	part        bool
	of, longOf  *int64
}

// kinds lists the kinds of token, each behind the one that it is a part of.
func (p *Price) kinds() [9]kind {
	whole := func(name string, short, long *int64) kind { return kind{name: name, short: short, long: long} }
	in := func(name string, short, long *int64) kind {
		return kind{name, short, long, true, &p.Input, &p.Long.Input}
	}
	out := func(name string, short, long *int64) kind {
		return kind{name, short, long, true, &p.Output, &p.Long.Output}
	}
	return [...]kind{
		whole("in", &p.Input, &p.Long.Input),
		in("cached", &p.CacheRead, &p.Long.CacheRead),
		in("write", &p.CacheWrite, &p.Long.CacheWrite),
		in("audioin", &p.AudioIn, &p.Long.AudioIn),
		in("imagein", &p.ImageIn, &p.Long.ImageIn),
		whole("out", &p.Output, &p.Long.Output),
		out("reason", &p.Reasoning, &p.Long.Reasoning),
		out("audioout", &p.AudioOut, &p.Long.AudioOut),
		out("imageout", &p.ImageOut, &p.Long.ImageOut),
	}
}

// Stated is what a provider, or an operator, says that something costs.
type Stated struct {
	// Name is of a kind of token: in, cached, write, audioin, imagein, out, reason,
	// audioout, imageout, each with "long." before it for long calls; call, image or
	// unit; or long, of which Dollars then is the number of tokens that begins it.
	Name    string
	Dollars float64 // for a million tokens, or for one call, image or unit
}

// NewPrice makes a price of what is stated; nil of nothing.
func NewPrice(all []Stated) (*Price, error) {
	if len(all) == 0 {
		return nil, nil
	}
	p := &Price{}
	for _, s := range all {
		if err := p.set(s); err != nil {
			return nil, err
		}
	}
	p.complete(func(name string) bool {
		return slices.ContainsFunc(all, func(s Stated) bool { return s.Name == name })
	})
	return p, nil
}

// set puts one price in its place.
func (p *Price) set(s Stated) error {
	to, most, scale := p.each(s.Name), maxEach, 1.0
	if to == nil {
		to, most, scale = p.token(s.Name), maxPerMillion, 1e6
	}
	switch {
	case s.Name == "long" && s.Dollars >= 1 && s.Dollars <= maxTokens:
		p.LongAbove = int64(s.Dollars)
	case to == nil:
		return fmt.Errorf("%s is nothing that has a price", s.Name)
	case !(s.Dollars >= 0 && s.Dollars <= most):
		return fmt.Errorf("%s=%v is no price", s.Name, s.Dollars)
	default:
		*to = int64(math.Round(s.Dollars / scale * picoPerDollar))
	}
	return nil
}

// each finds the price of what is not a token.
func (p *Price) each(name string) *int64 {
	switch name {
	case "call":
		return &p.Call
	case "image":
		return &p.Image
	case "unit":
		return &p.Unit
	}
	return nil
}

// token finds the price of a kind of token.
func (p *Price) token(name string) *int64 {
	for _, k := range p.kinds() {
		switch name {
		case k.name:
			return k.short
		case longPrefix + k.name:
			return k.long
		}
	}
	return nil
}

// complete fills in what is not stated: of a long call, what it would cost if it
// were short, and of a kind of token, what the kind costs that it is a part of.
func (p *Price) complete(stated func(name string) bool) {
	for _, k := range p.kinds() {
		unstated := !stated(k.name)
		if unstated && k.part {
			*k.short = *k.of
		}
		switch {
		case stated(longPrefix + k.name):
		case unstated && k.part:
			*k.long = *k.longOf
		default:
			*k.long = *k.short
		}
	}
}

const longPrefix = "long."
