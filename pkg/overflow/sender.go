package overflow

// Hot path.

import (
	"errors"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// The window: how much of an answer may be under way to an edge that has not
// taken it yet.
const (
	WindowFrames = 64
	WindowBytes  = 256 << 10
)

const (
	// maxData is the largest part of an answer in one frame.
	maxData = WindowBytes / 8
	// Small parts are gathered until they are worth a frame of their own, but none
	// waits longer than soon.
	worthwhile = 4 << 10
	soon       = 5 * time.Millisecond
	// maxRaw bounds the provider's own words of an error that go along.
	maxRaw = 256 << 10
)

const (
	// patienceWithEdge is how long an edge may be silent, which repeats its credit
	// well within that.
	patienceWithEdge = 10 * time.Second
	// patienceAtEnd is how long it may take to say that it has got the end.
	patienceAtEnd = 3 * time.Second
)

// Why a transfer is over before its end.
var (
	ErrCanceled = errors.New("overflow: the edge does not want the answer")
	ErrEdgeLost = errors.New("overflow: the edge is gone")
	errIgnored  = errors.New("overflow: the edge did not answer the claim")
)

// Sender is a worker's side of a transfer. The worker's goroutine that runs the call
// uses it; Deliver, Tick and Lose may be called from any. It is the caller of the
// call, too: it has the engine told when the edge does not want the answer.
type Sender struct {
	worker  string
	publish func(message []byte) error // must not keep message

	mu        sync.Mutex
	changed   chan struct{} // one token: something has
	accepted  bool
	budget    time.Duration
	err       error // why it is over
	over      bool
	seq       uint64 // of the last frame
	sent      uint64 // bytes of data
	mayFrames uint64
	mayBytes  uint64
	pending   []byte // data that waits to be sent
	produced  int64
	sentAt    time.Time // when data was sent last
	timer     *time.Timer
	heard     time.Time // when the edge said something last
	frame     []byte    // a message is put together here
	left      func()    // told when the answer is not wanted
	canceled  bool      // by the edge
	ending    bool      // the end has been sent
	done      bool      // and the edge has got it
}

// NewSender returns the sender of one transfer.
func NewSender(worker string, publish func(message []byte) error) *Sender {
	return &Sender{worker: worker, publish: publish, changed: make(chan struct{}, 1), heard: time.Now()}
}

// Claim tells the edge that this worker has a slot for the call, and waits for its
// consent. It returns what is left of the call's time.
func (s *Sender) Claim(patience time.Duration) (budget time.Duration, err error) {
	s.Beat()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		s.mu.Lock()
		accepted, budget, err := s.accepted, s.budget, s.err
		s.mu.Unlock()
		if err != nil || accepted {
			return budget, err
		}
		select {
		case <-s.changed:
		case <-timer.C:
			s.end(errIgnored)
		}
	}
}

// Beat shows the edge that the worker lives.
func (s *Sender) Beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.put(&Frame{Kind: Beat, Seq: s.seq})
	}
}

// Tick is to be called each second: it sends a beat, and notices an edge that is gone.
func (s *Sender) Tick(now time.Time) {
	s.Beat()
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.heard) > patienceWithEdge {
		s.endLocked(ErrEdgeLost)
	}
}

// Start begins the answer.
func (s *Sender) Start(f Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Kind = Start
	s.number(&f)
}

// Write sends a part of the answer, of which it keeps nothing. It waits while the
// window is full; produced is how much text the answer has so far.
func (s *Sender) Write(p []byte, produced int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.produced = produced
	for {
		room := min(len(p), WindowBytes-len(s.pending))
		s.pending = append(s.pending, p[:room]...)
		p = p[room:]
		s.flush(time.Now())
		if s.err != nil {
			return s.err
		}
		if len(p) == 0 && len(s.pending) < worthwhile {
			return nil
		}
		if !s.fits(1) {
			s.wait()
		}
	}
}

// wait waits until something has changed. It gives up the lock meanwhile.
func (s *Sender) wait() {
	s.mu.Unlock()
	<-s.changed
	s.mu.Lock()
}

// flush sends what is worth it now, as far as the window allows, and sees to it that
// the rest is sent soon.
func (s *Sender) flush(now time.Time) {
	since := now.Sub(s.sentAt)
	if len(s.pending) < worthwhile && since < soon {
		if len(s.pending) > 0 {
			s.later(soon - since)
		}
		return
	}
	s.send(now)
}

// send sends as much as the window allows.
func (s *Sender) send(now time.Time) {
	at := 0
	for at < len(s.pending) && !s.over {
		n := min(len(s.pending)-at, maxData)
		if !s.fits(n) {
			if n = int(s.mayBytes - s.sent); n < 1 || !s.fits(n) {
				break
			}
		}
		s.number(&Frame{Kind: Data, Data: s.pending[at : at+n], Produced: s.produced})
		s.sent += uint64(n)
		at += n
		s.sentAt = now
	}
	s.pending = s.pending[:copy(s.pending, s.pending[at:])]
}

// fits says whether the window has room for a frame with n bytes.
func (s *Sender) fits(n int) bool { return s.seq < s.mayFrames && s.sent+uint64(n) <= s.mayBytes }

// later has what is pending sent in a while.
func (s *Sender) later(d time.Duration) {
	if s.timer == nil {
		s.timer = time.AfterFunc(d, s.flushLate)
		return
	}
	s.timer.Reset(d)
}

func (s *Sender) flushLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.send(time.Now())
	}
}

// End ends the answer, with what was used, and waits until the edge has got it. An
// edge that has cancelled gets the end, too, for what was used. On ErrEdgeLost the
// edge does not know what was used.
func (s *Sender) End(f Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil {
		s.send(time.Now())
		if len(s.pending) == 0 {
			break
		}
		s.wait()
	}
	f.Kind, f.Produced = End, s.produced
	return s.last(&f)
}

// Fail tells the edge that the try has failed, and is else as End.
func (s *Sender) Fail(err *api.Error, returned []Header) error {
	if len(err.Raw) > maxRaw {
		own := *err
		own.Raw, own.RawOf = nil, ""
		err = &own
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last(&Frame{Kind: Fail, Err: err, Returned: returned})
}

func (s *Sender) last(f *Frame) error {
	if s.timer != nil {
		s.timer.Stop()
	}
	if s.over && s.err != ErrCanceled {
		return s.err
	}
	s.over, s.err, s.ending = false, nil, true
	s.number(f)
	patience := time.AfterFunc(patienceAtEnd, s.Lose)
	defer patience.Stop()
	for s.err == nil && !s.done {
		s.wait()
	}
	s.over = true
	if s.done {
		return nil
	}
	return s.err
}

// number sends a frame under the next number.
func (s *Sender) number(f *Frame) {
	if s.over {
		return
	}
	s.seq++
	f.Seq = s.seq
	s.put(f)
}

// put sends a frame. One that cannot be sent is missed by the edge, so there is no
// use in going on.
func (s *Sender) put(f *Frame) {
	f.Worker = s.worker
	s.frame = f.Append(s.frame[:0])
	if err := s.publish(s.frame); err != nil {
		s.endLocked(errors.Join(ErrEdgeLost, err))
	}
}

// Deliver takes a message of the edge's. One that cannot be read is ignored.
func (s *Sender) Deliver(message []byte) {
	var f flow
	if f.decode(message) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = time.Now()
	switch f.kind {
	case cancel:
		if !s.ending { // else it crossed the end on its way
			s.canceled = true
			s.endLocked(ErrCanceled)
			return
		}
		s.done = true
	case received:
		s.done = s.ending
	case consent:
		if !s.accepted {
			s.accepted, s.budget = true, f.budget
		}
	}
	s.mayFrames, s.mayBytes = max(s.mayFrames, f.frames), max(s.mayBytes, f.bytes)
	if len(s.pending) > 0 && !s.over {
		s.flush(s.heard)
	}
	s.wake()
}

// Canceled says whether the edge did not want the answer.
func (s *Sender) Canceled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.canceled
}

// Lose ends the transfer because its edge is known to be gone.
func (s *Sender) Lose() { s.end(ErrEdgeLost) }

func (s *Sender) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(err)
}

func (s *Sender) endLocked(err error) {
	if s.over {
		return
	}
	s.over, s.err = true, err
	s.pending = s.pending[:0]
	if s.timer != nil {
		s.timer.Stop()
	}
	if s.left != nil {
		s.left()
	}
	s.wake()
}

func (s *Sender) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Watch has left called, at most once, when the answer is not wanted any more.
func (s *Sender) Watch(left func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = left
	if s.err != nil {
		left()
	}
}

// Unwatch undoes Watch.
func (s *Sender) Unwatch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = nil
}
