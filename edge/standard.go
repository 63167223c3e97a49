package edge

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

// serveStandard has a handler of net/http answer the request, which ends with it. It is
// for what comes with a library of that kind; the context that the handler gets ends when
// the caller is gone. An answer is written when the handler has returned, or, from its first
// flush on, as it comes.
//
// fasthttp's own adaptor will not do: it gives the request away to the server, so that
// neither the end of a stream nor a caller's patience could be seen to here.
func (r *request) serveStandard(header http.Header, h http.HandlerFunc) {
	ctx, left := r.whileThere()
	s := &standard{request: r, header: http.Header{}, begun: make(chan struct{}), done: make(chan struct{}), left: left}
	s.from, s.to = io.Pipe()
	go s.run(h, r.standard(ctx, header))
	select {
	case <-s.begun:
		s.writeHead()
		r.ctx.Response.SetBodyStream(s, -1)
	case <-s.done:
		left()
		if s.panicked != nil {
			panic(s.panicked)
		}
		s.writeHead()
		r.ctx.Response.SetBody(s.whole)
		r.end()
	}
}

// standard is the request as net/http has it, without the body. It is a copy.
func (r *request) standard(ctx context.Context, header http.Header) *http.Request {
	path, query := pathOf(r.ctx)
	return (&http.Request{
		Method: string(r.ctx.Method()), URL: &url.URL{Path: strings.Clone(path), RawQuery: strings.Clone(query)},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: string(r.ctx.Request.Header.Host()), Header: header,
		TLS: r.ctx.TLSConnectionState(), RemoteAddr: r.ctx.RemoteAddr().String(), Body: http.NoBody,
	}).WithContext(context.WithValue(ctx, http.LocalAddrContextKey, r.ctx.LocalAddr()))
}

// standardHeader is a copy of the request's header fields.
func (r *request) standardHeader() http.Header {
	header := http.Header{}
	for k, v := range r.ctx.Request.Header.All() {
		header.Add(string(k), string(v))
	}
	return header
}

// standard is the answer of such a handler, which has a goroutine of its own. What it
// writes up to the first flush is kept in whole; then the server reads it from the pipe.
type standard struct {
	request *request
	header  http.Header
	status  int
	whole   []byte

	begun     chan struct{} // closed at the first flush
	beginOnce sync.Once
	done      chan struct{} // closed when the handler has returned
	panicked  any
	left      context.CancelFunc

	from *io.PipeReader
	to   *io.PipeWriter
}

func (s *standard) run(h http.HandlerFunc, req *http.Request) {
	defer close(s.done)
	defer s.to.Close()
	defer func() {
		if s.panicked = recover(); s.panicked != nil && s.streaming() {
			s.request.edge.panicked("panic in a stream", s.request.id, s.panicked)
			_ = s.to.CloseWithError(errors.New("edge: panic in a stream")) // it never fails
		}
	}()
	h(s, req)
}

func (s *standard) streaming() bool {
	select {
	case <-s.begun:
		return true
	default:
		return false
	}
}

// Header implements http.ResponseWriter.
func (s *standard) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (s *standard) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

// Write implements http.ResponseWriter.
func (s *standard) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	if s.streaming() {
		return s.to.Write(p)
	}
	s.whole = append(s.whole, p...)
	return len(p), nil
}

// Flush implements http.Flusher.
func (s *standard) Flush() {
	s.WriteHeader(http.StatusOK)
	s.beginOnce.Do(func() { close(s.begun) })
}

// writeHead takes over the status and the header fields.
func (s *standard) writeHead() {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	s.request.ctx.SetStatusCode(s.status)
	for name, values := range s.header {
		for _, v := range values {
			s.request.ctx.Response.Header.Add(name, v)
		}
	}
	s.request.ctx.Response.Header.Del(fasthttp.HeaderConnection) // the server's own affair
	s.request.describe()
}

// SupportsBodyWriteTo tells the server to use WriteTo.
func (s *standard) SupportsBodyWriteTo() bool { return true }

// Read is part of the server's contract for a body; with WriteTo it is never used.
func (s *standard) Read([]byte) (int, error) {
	return 0, errors.New("edge: a stream is written, not read")
}

// WriteTo writes the stream. An error says that the caller has gone.
func (s *standard) WriteTo(w io.Writer) (n int64, err error) {
	b := s.whole
	for buffer := make([]byte, 4<<10); ; {
		s.request.extendDeadline()
		m, err := w.Write(b)
		if n += int64(m); err != nil {
			return n, err
		}
		m, err = s.from.Read(buffer)
		if b = buffer[:m]; err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

// Close ends the answer, read to its end or not, and waits for the handler.
func (s *standard) Close() error {
	_ = s.from.Close() // it never fails
	s.left()
	<-s.done
	s.request.end()
	return nil
}
