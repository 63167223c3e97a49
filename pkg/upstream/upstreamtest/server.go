// Package upstreamtest is a provider that does exactly what a test tells it to,
// byte by byte on a real socket: the faults that a well-behaved HTTP server
// cannot produce.
package upstreamtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a scripted provider.
type Server struct {
	URL  string
	hits atomic.Int64
	uri  atomic.Value // of the last request

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	wg    sync.WaitGroup
	ln    net.Listener
}

// Exchange is one request that has been read, and the connection to answer on.
type Exchange struct {
	*http.Request
	BodyBytes []byte
	N         int // requests that the server has read, this one included
	conn      net.Conn
	reader    *bufio.Reader
}

// New starts a server that calls script for each request. The connection stays
// open behind it unless the script closes it. It ends with the test.
func New(t testing.TB, script func(x *Exchange)) *Server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: "http://" + ln.Addr().String(), ln: ln, conns: map[net.Conn]struct{}{}}
	s.wg.Go(func() { s.accept(script) })
	t.Cleanup(s.close)
	return s
}

// Hits returns how many requests have been read.
func (s *Server) Hits() int { return int(s.hits.Load()) }

// LastURI returns the target of the request that was read last.
func (s *Server) LastURI() string {
	uri, _ := s.uri.Load().(string)
	return uri
}

// Open returns how many connections are open.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *Server) accept(script func(x *Exchange)) {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = struct{}{}
		s.mu.Unlock()
		s.wg.Go(func() {
			defer func() {
				c.Close()
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
			}()
			s.serve(c, script)
		})
	}
}

func (s *Server) serve(c net.Conn, script func(x *Exchange)) {
	r := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		s.uri.Store(req.RequestURI)
		script(&Exchange{Request: req, BodyBytes: body, N: int(s.hits.Add(1)), conn: c, reader: r})
	}
}

func (s *Server) close() {
	s.ln.Close()
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// Write sends bytes as they are. Errors are left to the reading side of the test.
func (x *Exchange) Write(parts ...string) {
	for _, p := range parts {
		if _, err := io.WriteString(x.conn, p); err != nil {
			return
		}
	}
}

// TryWrite sends bytes and says whether the connection took them.
func (x *Exchange) TryWrite(s string) bool {
	_, err := io.WriteString(x.conn, s)
	return err == nil
}

// JSON answers with a whole body.
func (x *Exchange) JSON(status int, body string, headers ...string) {
	x.Write(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
		status, http.StatusText(status), headerLines(headers), len(body), body))
}

// StartStream begins an event stream.
func (x *Exchange) StartStream(headers ...string) {
	x.Write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + headerLines(headers) + "Transfer-Encoding: chunked\r\n\r\n")
}

func headerLines(headers []string) string {
	var b strings.Builder
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	return b.String()
}

// Event sends one chunk that holds one event's data.
func (x *Exchange) Event(data string) { x.Chunk("data: " + data + "\n\n") }

// Chunk sends one chunk.
func (x *Exchange) Chunk(s string) { x.Write(fmt.Sprintf("%x\r\n%s\r\n", len(s), s)) }

// EndStream ends a chunked body.
func (x *Exchange) EndStream() { x.Write("0\r\n\r\n") }

// Close closes the connection in good order.
func (x *Exchange) Close() { x.conn.Close() }

// Reset closes the connection so that the peer gets a reset.
func (x *Exchange) Reset() {
	if tcp, ok := x.conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the close below is what the test wants
	}
	x.conn.Close()
}

// WaitGone blocks until the peer has closed the connection, and says whether it
// did so in time.
func (x *Exchange) WaitGone(within time.Duration) bool {
	if err := x.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		return true
	}
	_, err := x.reader.ReadByte()
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

// TryChunk sends one chunk and says whether the peer took it in time.
func (x *Exchange) TryChunk(s string, within time.Duration) bool {
	if err := x.conn.SetWriteDeadline(time.Now().Add(within)); err != nil {
		return false
	}
	_, err := fmt.Fprintf(x.conn, "%x\r\n%s\r\n", len(s), s)
	return err == nil
}
