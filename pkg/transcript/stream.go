package transcript

// Hot path where transcripts are kept.

import "sync/atomic"

const (
	// wireBytes is how many bytes of a stream are collected for one that is kept of its
	// answer: each event repeats names and ids around a word or two.
	wireBytes = 8
	// firstBytes is what a stream's buffer begins with.
	firstBytes = 4 << 10
	// roomBytes bounds what all streams of a node collect, and separately what waits to be
	// made texts of.
	roomBytes = 32 << 20
)

// room is memory that is shared out.
type room struct{ taken atomic.Int64 }

func (r *room) take(n int64) bool {
	if r.taken.Add(n) > roomBytes {
		r.taken.Add(-n)
		return false
	}
	return true
}

func (r *room) give(n int64) { r.taken.Add(-n) }

// Stream collects what a stream says as it passes, as far as there is room. It belongs to
// the goroutine that the call has.
type Stream struct {
	room *room
	data []byte
	most int
	size int64
	full bool
}

// Listen begins to collect a stream.
func (k *Keeper) Listen(r *Rules) *Stream {
	return &Stream{room: &k.streams, most: (r.MaxBytes + margin) * wireBytes}
}

// Add takes the next bytes. Once some were left out nothing more is taken.
func (s *Stream) Add(b []byte) {
	s.size += int64(len(b))
	if s.full || len(b) == 0 {
		return
	}
	if need := len(s.data) + len(b); need > cap(s.data) {
		grown := min(max(2*cap(s.data), need, firstBytes), s.most)
		if need > grown || !s.room.take(int64(grown-cap(s.data))) {
			s.full = true
			return
		}
		s.data = append(make([]byte, 0, grown), s.data...)
	}
	s.data = append(s.data, b...)
}

// Close ends the collecting and returns what was heard.
func (s *Stream) Close(contentType string) Piece {
	s.room.give(int64(cap(s.data)))
	p := Piece{Data: s.data, Size: s.size, Type: contentType}
	s.data, s.full = nil, true
	return p
}
