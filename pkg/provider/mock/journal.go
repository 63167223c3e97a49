package mock

import (
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

// Request is a request as it came.
type Request struct {
	Method string
	Path   string // with its query
	Header []Field
	Body   []byte
}

// Field is a header field; its name is as it came.
type Field struct{ Name, Value string }

// Values returns the values of all fields of a name, in any case, in their order.
func (r *Request) Values(name string) []string {
	var vs []string
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// Get returns the first value of a name, or "".
func (r *Request) Get(name string) string {
	if vs := r.Values(name); len(vs) > 0 {
		return vs[0]
	}
	return ""
}

// journal keeps the newest requests. The zero value keeps none.
type journal struct {
	limit int
	mu    sync.Mutex
	kept  []Request
}

func (j *journal) record(ctx *fasthttp.RequestCtx) {
	if j.limit <= 0 {
		return
	}
	r := Request{
		Method: string(ctx.Method()),
		Path:   string(ctx.RequestURI()),
		Body:   append([]byte(nil), ctx.Request.Body()...),
	}
	for k, v := range ctx.Request.Header.AllInOrder() {
		r.Header = append(r.Header, Field{Name: string(k), Value: string(v)})
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.kept) == j.limit {
		j.kept = append(j.kept[:0], j.kept[1:]...)
	}
	j.kept = append(j.kept, r)
}

// Requests returns the newest requests that the journal holds, oldest first.
func (s *Server) Requests() []Request {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return append([]Request(nil), s.journal.kept...)
}

// Forget empties the journal.
func (s *Server) Forget() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.kept = nil
}
