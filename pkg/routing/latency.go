// Hot path: a look-up allocates nothing.

package routing

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Latencies are how long models at providers took to begin an answer of late, as seen
// by this process. The zero value is ready. Safe for concurrent use.
type Latencies struct {
	mu  sync.RWMutex
	all map[place]*latency
}

// place is what is measured by itself: a stream begins its answer sooner than one in
// one piece.
type place struct {
	provider, model string
	stream          bool
}

// latency is a moving average. Two calls that end at once may lose one of their
// measures.
type latency struct {
	average, at atomic.Int64 // nanoseconds
}

const (
	// freshFor is how long a measure says something: a provider that had a bad minute
	// must get another chance.
	freshFor = 2 * time.Minute
	// smoothing is the part that a new measure has in the average, as 1 of so many.
	smoothing = 5
	// maxPlaces bounds what is kept: callers name models.
	maxPlaces = 4096
)

// Note takes a measure.
func (l *Latencies) Note(provider, model string, stream bool, took time.Duration, now time.Time) {
	m := l.find(provider, model, stream)
	if m == nil {
		if m = l.add(place{provider, strings.Clone(model), stream}); m == nil {
			return
		}
	}
	average := int64(took)
	if before := m.average.Load(); before > 0 && now.UnixNano()-m.at.Load() < int64(freshFor) {
		average = before + (average-before)/smoothing
	}
	m.average.Store(max(average, 1))
	m.at.Store(now.UnixNano())
}

// Of returns the latency of a model at a provider; 0 where it is not known, or was too
// long ago.
func (l *Latencies) Of(provider, model string, stream bool, now time.Time) time.Duration {
	m := l.find(provider, model, stream)
	if m == nil || now.UnixNano()-m.at.Load() >= int64(freshFor) {
		return 0
	}
	return time.Duration(m.average.Load())
}

func (l *Latencies) find(provider, model string, stream bool) *latency {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.all[place{provider, model, stream}]
}

func (l *Latencies) add(p place) *latency {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.all[p]
	if m != nil || len(l.all) >= maxPlaces {
		return m
	}
	if l.all == nil {
		l.all = map[place]*latency{}
	}
	m = &latency{}
	l.all[p] = m
	return m
}
