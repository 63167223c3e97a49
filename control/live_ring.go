package control

import (
	"crypto/rand"

	"github.com/asbru-gateway/asbru/pkg/usage"
)

// liveKept is how many events are kept for those whose connection has broken.
const liveKept = 2048

// happened is an event with its number.
type happened struct {
	seq   uint64
	topic string
	call  *usage.Entry // of liveCalls and liveTools
	event clusterEvent // of all others
	text  []byte       // nil while nobody has wanted it
}

// write returns the event as it is told.
func (h *happened) write() []byte {
	switch {
	case h.text != nil:
	case h.call != nil:
		h.text = mustJSON(eventOf(h.call, h.topic, h.seq))
	default:
		h.event.Seq = h.seq
		h.text = mustJSON(h.event)
	}
	return h.text
}

// ring numbers events and keeps the last of them. Its owner sees to it that one at a time
// uses it.
type ring struct {
	// stream names this numbering: another process, and this one after a pause, has another.
	stream string
	last   uint64 // number of the last event
	events []*happened
}

func newRing() *ring { return &ring{stream: rand.Text()} }

// add numbers an event, and forgets the oldest if there are too many.
func (r *ring) add(h *happened) {
	r.last++
	h.seq = r.last
	if len(r.events) < liveKept {
		r.events = append(r.events, h)
		return
	}
	r.events[(h.seq-1)%liveKept] = h
}

// since returns the events behind a number; false if some of them are forgotten, or if the
// number is of another stream.
func (r *ring) since(stream string, seq uint64) ([]*happened, bool) {
	if stream != r.stream || seq > r.last || r.last-seq > uint64(len(r.events)) {
		return nil, false
	}
	var all []*happened
	for n := seq; n < r.last; n++ {
		all = append(all, r.events[n%liveKept])
	}
	return all, true
}
