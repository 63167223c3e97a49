package edge

// Hot path.

import (
	"errors"
	"io"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/valyala/fasthttp"
)

const (
	// believedBytes is how much room a body gets because its Content-Length says
	// so. Beyond that it must be sent first: the server's own reading takes the
	// length's word, and 200 callers who announce 100 MB and send one byte each
	// cost 20 GB (measured).
	believedBytes = 256 << 10
	leastBody     = 512
	// maxKeptBody bounds the buffer that is kept for the next request.
	maxKeptBody = 1 << 20
)

// readBody reads the request's body into r.body. What it refuses also ends the
// connection, since where the next request begins is then not known.
func (r *request) readBody() *api.Error {
	if r.whole {
		return nil
	}
	stream, length := r.ctx.RequestBodyStream(), r.ctx.Request.Header.ContentLength()
	if stream == nil || length == 0 {
		return nil
	}
	err := r.fillBody(stream, length)
	if err == nil {
		return nil
	}
	linger(r.ctx)
	fault := faultOf(err)
	if err == errNoMemory {
		fault = api.Errorf(api.KindOverloaded, "memory_full", "So many large requests are under way that there is no room for this one.")
	}
	r.edge.metrics.Rejected.WithLabelValues(fault.Code).Inc()
	return fault
}

// fillBody reads a body of a length, -1 for one in chunks.
func (r *request) fillBody(stream io.Reader, length int) error {
	limit := int(r.edge.maxBody.Load())
	if length > limit {
		return fasthttp.ErrBodyTooLarge
	}
	whole := limit
	if length >= 0 {
		whole = length
	}
	for {
		if err := r.growBody(whole); err != nil {
			return err
		}
		room := r.body[len(r.body):min(cap(r.body), whole+1)]
		n, err := stream.Read(room)
		r.body = r.body[:len(r.body)+n]
		switch {
		case len(r.body) > limit:
			return fasthttp.ErrBodyTooLarge
		case length >= 0 && len(r.body) == length:
			return nil
		case err == io.EOF && length >= 0:
			return io.ErrUnexpectedEOF
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// growBody makes room for more of a body of at most whole bytes, and for one byte
// that would be too many.
func (r *request) growBody(whole int) error {
	if len(r.body) < cap(r.body) {
		return nil
	}
	size := max(min(max(2*cap(r.body), believedBytes), whole+1), leastBody)
	if size > believedBytes {
		if err := r.reserve(size); err != nil {
			return err
		}
	}
	r.body = append(make([]byte, 0, size), r.body...)
	return nil
}

// errNoMemory: the bodies under way fill the room that there is for all of them.
var errNoMemory = errors.New("edge: no memory for the body")

// reserve takes size bytes, those it has included, of the room for bodies.
func (r *request) reserve(size int) error {
	e := r.edge
	if more := int64(size - r.reserved); e.bodies.Add(more) > e.maxBodies {
		e.bodies.Add(-more)
		return errNoMemory
	}
	r.reserved = size
	return nil
}

// dropBody gives the body's room back, but for a buffer worth keeping.
func (r *request) dropBody() {
	if r.body = r.body[:0]; cap(r.body) > maxKeptBody {
		r.body = nil
	}
	if r.reserved > 0 {
		r.edge.bodies.Add(-int64(r.reserved))
		r.reserved = 0
	}
}
