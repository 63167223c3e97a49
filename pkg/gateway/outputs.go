package gateway

// Hot path where calls have limits.

import (
	"strings"
	"sync"
	"sync/atomic"
)

const (
	// usualOutput is what a model is expected to answer of which nothing is known yet, in
	// tokens.
	usualOutput = 128
	// mostUnknown bounds what such a model is expected to answer if the caller lets it.
	mostUnknown = 1024
	// quantile is the part of answers, in tenths, that are no longer than what is expected.
	quantile = 9
	// fewAnswers are too few to say what most stay below: of them the longest counts.
	fewAnswers = 16
	// finer is how many steps a token has, so that estimates of short answers move.
	finer = 16
	// maxOutputs bounds of how many models something is kept: callers name models.
	maxOutputs = 4096
)

// outputs is how long the answers of models were of late, as seen by this node. What nine
// of ten answers stay below is followed by small steps: up by nine parts of one when an
// answer is longer, down by one part when it is not, which is in balance just there (the
// stochastic approximation of Robbins and Monro, https://doi.org/10.1214/aoms/1177729586).
// The zero value is ready. Safe for concurrent use; two calls that end at once may lose one
// of their measures.
type outputs struct {
	mu  sync.RWMutex
	all map[modelAt]*output
}

// output is how long the answers of a model are.
type output struct {
	likely atomic.Int64 // in the parts of a token that finer says
	seen   atomic.Int64 // answers, until they are no longer few
}

// note takes the length of an answer, in tokens.
func (o *outputs) note(at modelAt, tokens int64) {
	m := o.find(at)
	if m == nil {
		if m = o.add(at); m == nil {
			return
		}
	}
	seen, now := tokens*finer, m.likely.Load()
	if m.seen.Load() < fewAnswers {
		m.seen.Add(1)
		m.likely.Store(max(now, seen, 1))
		return
	}
	step := max(now/64, 1)
	if seen > now {
		now = min(now+quantile*step, seen)
	} else {
		now = max(now-(10-quantile)*step, seen)
	}
	m.likely.Store(max(now, 1))
}

// likely returns how long an answer will hardly be longer than, in tokens, of which at
// most so many are allowed; 0 for any number.
func (o *outputs) likely(at modelAt, most int64) int64 {
	m := o.find(at)
	switch {
	case m == nil && most == 0:
		return usualOutput
	case m == nil:
		return min(most, mostUnknown)
	}
	likely := max((m.likely.Load()+finer-1)/finer, 1)
	if most > 0 {
		likely = min(likely, most)
	}
	return likely
}

func (o *outputs) find(at modelAt) *output {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.all[at]
}

func (o *outputs) add(at modelAt) *output {
	o.mu.Lock()
	defer o.mu.Unlock()
	m := o.all[at]
	if m != nil || len(o.all) >= maxOutputs {
		return m
	}
	if o.all == nil {
		o.all = map[modelAt]*output{}
	}
	m = &output{}
	o.all[modelAt{strings.Clone(at.provider), strings.Clone(at.model)}] = m
	return m
}
