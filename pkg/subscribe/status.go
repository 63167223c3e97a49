package subscribe

import (
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Status is how a plugin is told of events. Those that wait are the cluster's, by this
// process's last look; the rest is this process's own.
type Status struct {
	// Pending are the messages that wait to be told, and Unanswered those that are being
	// told or wait for their next try. A message may hold several events of calls.
	Pending, Unanswered    uint64
	Taken, Retried, Buried uint64 // lots of events
	LastError              string // without secrets
	LastErrorAt            time.Time
}

// outcome is what has come of telling a plugin of some events.
type outcome uint8

const (
	taken outcome = iota
	retried
	buried
	outcomes
)

var outcomeNames = [outcomes]string{"taken", "retried", "given_up"}

// measureEvery is how often it is looked how many messages wait.
const measureEvery = 5 * time.Second

// tally counts for one plugin, whatever its configuration was. Safe for concurrent use.
type tally struct {
	mu      sync.Mutex
	waiting map[string]waiting // by the kind of events
	counts  [outcomes]uint64
	last    string
	lastAt  time.Time
}

type waiting struct {
	pending, unanswered uint64
	looked              time.Time
}

// due says whether it is to be looked again how many messages of a kind wait.
func (t *tally) due(kind string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == nil {
		t.waiting = map[string]waiting{}
	}
	w := t.waiting[kind]
	if now.Sub(w.looked) < measureEvery {
		return false
	}
	w.looked = now
	t.waiting[kind] = w
	return true
}

func (t *tally) waits(kind string, pending uint64, unanswered int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.waiting[kind]
	w.pending, w.unanswered = pending, uint64(max(unanswered, 0)) //nolint:gosec // not negative
	t.waiting[kind] = w
}

func (t *tally) count(o outcome, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts[o]++; o != taken {
		t.last, t.lastAt = headline(why), time.Now()
	}
}

// fail notes why the plugin cannot be told at all.
func (t *tally) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last, t.lastAt = headline(err.Error()), time.Now()
}

func (t *tally) status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Status{Taken: t.counts[taken], Retried: t.counts[retried], Buried: t.counts[buried], LastError: t.last, LastErrorAt: t.lastAt}
	for _, w := range t.waiting {
		s.Pending += w.pending
		s.Unanswered += w.unanswered
	}
	return s
}

// headline is what may be told of an error: one line, not long, without what looks like a
// secret.
func headline(why string) string {
	const most = 300
	why = secret.RedactKept(why[:min(len(why), 4<<10)])
	why = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, why)
	return strings.ToValidUTF8(why[:min(len(why), most)], "")
}
