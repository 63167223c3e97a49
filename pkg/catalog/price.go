package catalog

import "github.com/asbru-gateway/asbru/pkg/api"

// Price is what a model's tokens cost. A token costs whole pico-dollars: at a
// dollar for a million tokens, a million of them. Where a provider states no price
// of its own for a kind of token, it is that of the kind it is a part of.
type Price struct {
	Rate

	// LongAbove is how many tokens of input a call may have before all of it costs
	// Long; 0 for no such price.
	LongAbove int64
	Long      Rate
}

// Rate is what a token of each kind costs, in pico-dollars.
type Rate struct {
	Input      int64
	CacheRead  int64
	CacheWrite int64
	Output     int64
	AudioIn    int64
	AudioOut   int64
	Search     int64 // a search unit of a rerank
}

const picoPerNano = 1000

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
	pico := sane(u.Input-u.CacheRead-u.CacheWrite-u.AudioIn)*r.Input +
		sane(u.CacheRead)*r.CacheRead + sane(u.CacheWrite)*r.CacheWrite + sane(u.AudioIn)*r.AudioIn +
		sane(u.Output-u.AudioOut)*r.Output + sane(u.AudioOut)*r.AudioOut +
		sane(u.Searches)*r.Search
	return (pico + picoPerNano/2) / picoPerNano
}

// sane bounds what a provider says that was used, so that no cost overflows.
func sane(tokens int64) int64 { return min(max(tokens, 0), maxTokens) }

const (
	maxTokens     = 1e8
	maxPerMillion = 1e4 // dollars
)

// complete fills in what is not stated: of a long call, what it would cost if it
// were short, and of a kind of token, what the kind costs that it is a part of.
func (p *Price) complete(stated map[string]bool) {
	for _, k := range []struct {
		name        string
		short, long *int64
		part        bool
		of, longOf  *int64
	}{
		{"in", &p.Input, &p.Long.Input, false, nil, nil},
		{"out", &p.Output, &p.Long.Output, false, nil, nil},
		{"cached", &p.CacheRead, &p.Long.CacheRead, true, &p.Input, &p.Long.Input},
		{"write", &p.CacheWrite, &p.Long.CacheWrite, true, &p.Input, &p.Long.Input},
		{"audioin", &p.AudioIn, &p.Long.AudioIn, true, &p.Input, &p.Long.Input},
		{"audioout", &p.AudioOut, &p.Long.AudioOut, true, &p.Output, &p.Long.Output},
	} {
		unstated := !stated[k.name]
		if unstated && k.part {
			*k.short = *k.of
		}
		switch {
		case stated["long."+k.name]:
		case unstated && k.part:
			*k.long = *k.longOf
		default:
			*k.long = *k.short
		}
	}
}
