package plugin

// Hot path.

import (
	"log/slog"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

// State is what the plugins of one name have done on this node, whatever their
// configuration was. Safe for concurrent use.
type State struct {
	name    string
	log     *slog.Logger
	points  [points]meter
	crashes atomic.Int32 // in a row
	until   atomic.Int64 // Unix nanoseconds: left out until then; 0: it is not
	closing sync.WaitGroup

	mu     sync.Mutex
	times  int // how often it was left out in a row
	since  time.Time
	last   string // what went wrong last
	lastAt time.Time
	counts map[string]uint64
	absent string // why it cannot be made here; "" if it can
}

// NewState makes the state of the plugins of a name.
func NewState(name string, log *slog.Logger) *State { return &State{name: name, log: log} }

// meter counts what happens at one point.
type meter struct {
	verdicts [verdicts]atomic.Uint64
	nanos    atomic.Uint64
	buckets  [buckets]atomic.Uint64
}

// A bucket has the durations below 64 ns · 2^i.
const (
	buckets     = 32
	firstBucket = 6 // log2 of the first bound in nanoseconds
)

func (s *State) count(at Point, v Verdict, took time.Duration) {
	m := &s.points[at]
	m.verdicts[v].Add(1)
	if v == Skipped {
		return
	}
	m.nanos.Add(uint64(took))
	i := max(bits.Len64(uint64(took))-firstBucket, 0)
	m.buckets[min(i, buckets-1)].Add(1)
}

// How often a plugin may crash in a row before it is left out, and for how long: longer
// each time that it crashes again.
const (
	maxCrashes  = 3
	restFirst   = 30 * time.Second
	restLongest = 10 * time.Minute
)

// resting says whether the plugin is left out.
func (s *State) resting() bool {
	until := s.until.Load()
	return until != 0 && time.Now().UnixNano() < until
}

// well notes a hook that has come back.
func (s *State) well() {
	if s.crashes.Load() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.crashes.Store(0)
	s.until.Store(0)
	s.times, s.since = 0, time.Time{}
}

// crashed notes a crash. After the rest one more is enough for the next.
func (s *State) crashed(at Point, what string, stack []byte) {
	s.Fault(what)
	n := s.crashes.Add(1)
	s.log.Error("a plugin has crashed", "plugin", s.name, "point", at.String(), "error", what, "stack", string(stack))
	if n < maxCrashes {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if now.UnixNano() < s.until.Load() {
		return // another call has seen to it
	}
	rest := min(restFirst<<min(s.times, 10), restLongest)
	s.times++
	s.since = now
	s.until.Store(now.Add(rest).UnixNano())
	s.log.Error("a plugin is left out for a while, since it has crashed again and again", "plugin", s.name, "for", rest)
}

// Fault notes what went wrong.
func (s *State) Fault(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.lastAt = what, time.Now()
}

// Absent notes that the plugin cannot be made here, and why; "" that it can.
func (s *State) Absent(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.absent = why; why != "" {
		s.last, s.lastAt = why, time.Now()
	}
}

// Wait waits until those plugins are closed that no chain has any more.
func (s *State) Wait() { s.closing.Wait() }

// closed notes how closing the plugin has gone.
func (s *State) closed(err error) {
	if err != nil {
		s.log.Warn("a plugin did not close well", "plugin", s.name, "error", err)
	}
}

// Count adds to a count of the plugin's own.
func (s *State) Count(what string) {
	const most = 32
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[string]uint64{}
	}
	if _, known := s.counts[what]; known || len(s.counts) < most {
		s.counts[what]++
	}
}
