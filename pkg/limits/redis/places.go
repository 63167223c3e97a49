package redis

import (
	"context"
	"strings"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// places are the calls of this node that have a place in a limit of calls at
// once. Each place is leased, and the lease is renewed while the call goes on; so
// the places of a node that dies come back.
type places struct {
	mu sync.Mutex
	of map[string]*place // by the limit's id
}

type place struct {
	limit *limits.Limit
	calls map[string]struct{}
}

// renewBatch is how many calls are renewed by one run of the script.
const renewBatch = 200

func (p *places) add(callID string, wants []limits.Want) {
	for i := range wants {
		l := wants[i].Limit
		if l.Shape() != limits.InUse {
			continue
		}
		p.mu.Lock()
		if p.of == nil {
			p.of = map[string]*place{}
		}
		at := p.of[l.ID]
		if at == nil {
			at = &place{calls: map[string]struct{}{}}
			p.of[l.ID] = at
		}
		at.limit = l
		at.calls[strings.Clone(callID)] = struct{}{}
		p.mu.Unlock()
	}
}

func (p *places) remove(callID string, wants []limits.Want) {
	for i := range wants {
		l := wants[i].Limit
		if l.Shape() != limits.InUse {
			continue
		}
		p.mu.Lock()
		if at := p.of[l.ID]; at != nil {
			delete(at.calls, callID)
			if len(at.calls) == 0 {
				delete(p.of, l.ID)
			}
		}
		p.mu.Unlock()
	}
}

func (p *places) has(l *limits.Limit, callID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.of[l.ID]
	if at == nil {
		return false
	}
	_, found := at.calls[callID]
	return found
}

// renew renews all places, also those that Redis has lost with its data.
func (r *Limiter) renew(ctx context.Context) {
	for _, batch := range r.places.batches() {
		call := []redis.Call{{Script: renewScript, Keys: []string{countKey(batch.limit)}, Args: []any{r.clock(), r.options.LeaseFor.Microseconds()}}}
		for _, id := range batch.calls {
			call[0].Args = append(call[0].Args, id)
		}
		r.redis.RunAll(ctx, call)
		if call[0].Err != nil {
			return // the next time is soon
		}
		// A call that ended meanwhile has got its place back.
		for _, id := range batch.calls {
			if !r.places.has(batch.limit, id) {
				r.late.keep(limits.Hold{CallID: id, Wants: []limits.Want{{Limit: batch.limit}}}, nil, ended)
			}
		}
	}
}

// batch is some of the calls of one limit.
type batch struct {
	limit *limits.Limit
	calls []string
}

func (p *places) batches() []batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []batch
	for _, at := range p.of {
		b := batch{limit: at.limit}
		for id := range at.calls {
			if len(b.calls) == renewBatch {
				all = append(all, b)
				b.calls = nil
			}
			b.calls = append(b.calls, id)
		}
		all = append(all, b)
	}
	return all
}
