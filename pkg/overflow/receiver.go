package overflow

// Hot path.

import (
	"errors"
	"sync"
	"time"
)

// State is how far an offer has come.
type State uint8

// The states. Refused: nobody takes it. Taken: a worker has it, and its frames come.
const (
	Offered State = iota
	Refused
	Taken
)

// Why an answer breaks off.
var (
	ErrWorkerLost = errors.New("overflow: the worker is gone")
	ErrFrameLost  = errors.New("overflow: a part of the answer was lost")
)

const (
	// silence is how long a worker may say nothing: it misses three beats.
	silence = 3 * time.Second
	// creditEvery is how often credit is repeated: it shows the worker that the edge
	// lives, and makes up for what was lost.
	creditEvery = 3 * time.Second
)

// Link is how a receiver reaches the others. Its methods must not block, nor call
// the receiver.
type Link interface {
	// Flow sends a message to a worker.
	Flow(worker string, transfer ID, message []byte)
	// Forget is called once, when nothing more is to be delivered. unclaimed says
	// that the offer may still be waiting for a worker.
	Forget(transfer ID, unclaimed bool)
}

// Receiver is an edge's side of a transfer. The goroutine that owns the call uses it;
// Deliver, Refuse, Tick and Lose may be called from any.
type Receiver struct {
	transfer ID
	link     Link
	deadline time.Time // of the call, to tell the worker what is left of it

	woken chan struct{} // one token: State or Next may have something new
	timer *time.Timer   // of Wait

	mu       sync.Mutex
	state    State
	closed   bool
	worker   string
	err      error
	finished bool   // the last frame has come
	last     uint64 // Seq of the newest frame
	frames   []Frame
	next     int    // index in frames of the first that was not taken
	queued   int    // bytes of data in frames
	used     uint64 // Seq of the newest frame that was taken
	usedData uint64 // bytes of data that were
	granted  flow   // the newest credit
	credited time.Time
	heard    time.Time
}

// NewReceiver returns the receiver of one transfer, whose call must be over by deadline.
func NewReceiver(transfer ID, deadline time.Time, link Link) *Receiver {
	return &Receiver{transfer: transfer, deadline: deadline, link: link, woken: make(chan struct{}, 1)}
}

// Transfer returns the transfer's name.
func (r *Receiver) Transfer() ID { return r.transfer }

// Woken has a token when there may be something new.
func (r *Receiver) Woken() <-chan struct{} { return r.woken }

// Interrupt ends a Wait.
func (r *Receiver) Interrupt() { r.wake() }

func (r *Receiver) wake() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// Wait waits until there may be something new. It reports false when the time has come.
func (r *Receiver) Wait(until time.Time) bool {
	d := time.Until(until)
	if r.timer == nil {
		r.timer = time.NewTimer(d)
	} else {
		r.timer.Reset(d)
	}
	defer r.timer.Stop()
	select {
	case <-r.woken:
		return true
	case <-r.timer.C:
		return false
	}
}

// State returns how far the offer has come.
func (r *Receiver) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// Worker returns the name of the worker that has taken the call, "" before.
func (r *Receiver) Worker() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.worker
}

// Withdraw takes the offer back, unless a worker has taken it already: then it
// reports false, and the answer is to be received. After a true the receiver is closed.
func (r *Receiver) Withdraw() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == Taken {
		return false
	}
	r.close(false)
	return true
}

// Refuse says that nobody will take the call.
func (r *Receiver) Refuse() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == Offered {
		r.state = Refused
		r.wake()
	}
}

// Deliver takes a frame, in the order in which they came. The frame's bytes are the
// receiver's from then on.
func (r *Receiver) Deliver(f *Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed || r.err != nil:
		return
	case f.Kind == Beat:
		r.beat(f)
		return
	case r.state != Taken || r.finished || f.Seq <= r.last:
		return // from before, or for the second time
	}
	r.heard = time.Now()
	if f.Seq != r.last+1 || r.overrun(f) {
		r.fail(ErrFrameLost)
		return
	}
	r.last = f.Seq
	if r.next > 0 && len(r.frames) == cap(r.frames) {
		r.frames, r.next = r.frames[:copy(r.frames, r.frames[r.next:])], 0
	}
	r.frames = append(r.frames, *f)
	r.queued += len(f.Data)
	if f.Kind == End || f.Kind == Fail {
		r.finished = true
		r.flow(flow{kind: received})
	}
	r.wake()
}

// overrun says whether a frame goes beyond the credit. Only the last may.
func (r *Receiver) overrun(f *Frame) bool {
	return f.Kind == Data && (f.Seq > r.granted.frames || r.usedData+uint64(r.queued+len(f.Data)) > r.granted.bytes)
}

// beat is a worker's claim, or its sign of life.
func (r *Receiver) beat(f *Frame) {
	now := time.Now()
	switch {
	case r.state == Offered || r.state == Refused:
		r.state, r.worker, r.heard = Taken, f.Worker, now
		r.credit(now, flow{kind: consent, budget: max(r.deadline.Sub(now), 0)})
		r.wake()
	case f.Worker != r.worker:
		r.link.Flow(f.Worker, r.transfer, Cancel())
	case f.Seq > r.last:
		r.fail(ErrFrameLost)
	default:
		r.heard = now
	}
}

// credit lets the worker send a whole window beyond what was taken.
func (r *Receiver) credit(now time.Time, f flow) {
	f.frames, f.bytes = r.used+WindowFrames, r.usedData+WindowBytes
	r.granted, r.credited = f, now
	r.flow(f)
}

func (r *Receiver) flow(f flow) { r.link.Flow(r.worker, r.transfer, f.append(nil)) }

// Next takes the next frame. It reports false when there is none yet; an error is
// the end. What f borrows is valid as long as the caller keeps it.
func (r *Receiver) Next(f *Frame) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == len(r.frames) {
		return false, r.err
	}
	*f = r.frames[r.next]
	r.frames[r.next] = Frame{}
	if r.next++; r.next == len(r.frames) {
		r.frames, r.next = r.frames[:0], 0
	}
	r.queued -= len(f.Data)
	r.used, r.usedData = f.Seq, r.usedData+uint64(len(f.Data))
	half := r.granted.frames-r.used <= WindowFrames/2 || r.granted.bytes-r.usedData <= WindowBytes/2
	if half && !r.finished && r.err == nil && !r.closed {
		r.credit(time.Now(), flow{kind: credit})
	}
	return true, nil
}

// Tick is to be called each second: it notices a worker that is gone, and shows it
// that the edge is not.
func (r *Receiver) Tick(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.state != Taken || r.finished || r.closed || r.err != nil:
	case now.Sub(r.heard) >= silence:
		r.fail(ErrWorkerLost)
	case now.Sub(r.credited) >= creditEvery:
		r.credit(now, flow{kind: credit})
	}
}

// Lose ends the transfer if it is with this worker, which is known to be gone.
func (r *Receiver) Lose(worker string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == Taken && r.worker == worker && !r.finished && r.err == nil {
		r.fail(ErrWorkerLost)
	}
}

func (r *Receiver) fail(err error) {
	r.err = err
	r.flow(flow{kind: cancel})
	r.wake()
}

// Cancel tells the worker that the answer is not wanted. Its end, with what was
// used, still comes.
func (r *Receiver) Cancel() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == Taken && !r.finished && !r.closed && r.err == nil {
		r.flow(flow{kind: cancel})
	}
}

// Close ends the transfer, wherever it stands. It may be called again.
func (r *Receiver) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.close(true)
}

func (r *Receiver) close(tell bool) {
	if r.closed {
		return
	}
	r.closed = true
	if tell && r.state == Taken && !r.finished && r.err == nil {
		r.flow(flow{kind: cancel})
	}
	r.frames, r.next = nil, 0
	r.link.Forget(r.transfer, r.state == Offered)
}
