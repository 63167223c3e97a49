package control

import (
	"context"
	"maps"
	"slices"
	"time"
)

// rightsEvery is how late one who looks on is sent away whose rights were taken or changed.
const rightsEvery = 10 * time.Second

// reconsider sends those away who may not look on any more, or not at the same. Who may come
// in otherwise comes again. While the store does not answer, all stay.
func (l *Live) reconsider(ctx context.Context) {
	l.mu.Lock()
	lookers := slices.Collect(maps.Keys(l.lookers))
	l.mu.Unlock()
	if len(lookers) == 0 {
		return
	}
	s, err := l.control.store()
	if err != nil {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, rightsEvery/2)
	defer cancel()
	for _, k := range lookers {
		if has, err := l.control.guard.Still(bounded, s.Accounts(), k.caller); err == nil && !has {
			k.away(rightsChanged)
		}
	}
}
