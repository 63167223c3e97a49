package cache

import "sync"

// rememberedPurges is how many purges are told apart; a call that is under way for longer
// than so many keeps no answer.
const rememberedPurges = 64

// purges remembers what was purged of late, so that an answer whose call was under way then
// is not kept after it. The zero value is ready. Safe for concurrent use.
type purges struct {
	mu   sync.RWMutex
	made uint64
	last [rememberedPurges]Selection // that of number n at n % rememberedPurges
}

// now is the moment of which [purges.since] is asked later.
func (p *purges) now() uint64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.made
}

func (p *purges) note(s Selection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last[p.made%rememberedPurges] = s
	p.made++
}

// keepUnless keeps an entry, unless it has been meant since a moment. No purge comes
// between.
func (p *purges) keepUnless(moment uint64, e *Entry, keep func()) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.meant(moment, e) {
		return false
	}
	keep()
	return true
}

// since says whether an entry has been meant since a moment.
func (p *purges) since(moment uint64, e *Entry) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.meant(moment, e)
}

func (p *purges) meant(moment uint64, e *Entry) bool {
	if p.made-moment > rememberedPurges {
		return true
	}
	for n := moment; n < p.made; n++ {
		if p.last[n%rememberedPurges].Has(&e.Origin) {
			return true
		}
	}
	return false
}
