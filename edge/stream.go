package edge

// Hot path.

import (
	"errors"
	"io"
	"time"
)

// streamState is what a stream needs beside its call.
type streamState struct {
	deadlineAt time.Time // when the write deadline was last moved
}

// The server takes a response's body from the request itself: it calls WriteTo,
// which pulls the engine's stream, and then Close. Each Write goes out at once as
// one chunk, so an event is on the wire when it arrives, and a caller that reads
// slowly blocks the Write and with it the provider.

// SupportsBodyWriteTo tells the server to use WriteTo.
func (r *request) SupportsBodyWriteTo() bool { return true }

// Read is part of the server's contract for a body; with WriteTo it is never used.
func (r *request) Read([]byte) (int, error) {
	return 0, errors.New("edge: a stream is written, not read")
}

// WriteTo writes the stream. An error says that the caller has gone.
func (r *request) WriteTo(w io.Writer) (n int64, err error) {
	defer func() {
		if v := recover(); v != nil { // the server does not recover a body being written
			r.edge.panicked("panic in a request", r.id, v)
			err = r.tellPanic(w)
		}
	}()
	if r.once.claim != nil {
		w = &recorder{request: r, to: w}
	}
	plugged := r.http != nil && r.http.Chunks() && r.call.Size <= 0
	for more := true; ; {
		var b []byte
		var err error
		switch {
		case !more:
			err = io.EOF
		case plugged:
			b, more, err = r.nextPlugged()
		default:
			b, err = r.call.Next()
		}
		if err == io.EOF {
			if r.once.claim != nil {
				r.once.end(r, r.once.recorded)
			}
			return n, nil
		}
		if err != nil {
			return n, err
		}
		r.extendDeadline()
		m, err := w.Write(b)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
}

// tellPanic ends a stream in which there was a panic. Should the call be in no
// state even for that, the connection is closed without the end of the answer.
func (r *request) tellPanic(w io.Writer) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("edge: panic in a stream")
		}
	}()
	_, err = w.Write(r.call.Crash())
	return err
}

// Close ends the stream, read to its end or not.
func (r *request) Close() error {
	r.end()
	return nil
}

// extendDeadline moves the write deadline, which the server would otherwise hold
// against the stream as a whole, now and then.
func (r *request) extendDeadline() {
	now := time.Now()
	if now.Sub(r.stream.deadlineAt) < r.edge.writeIdle/4 {
		return
	}
	r.stream.deadlineAt = now
	if conn := r.ctx.Conn(); conn != nil {
		_ = conn.SetWriteDeadline(now.Add(r.edge.writeIdle)) // fails only on a closed connection, as the write then will
	}
}
