package mock

import (
	"strings"
	"sync"

	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// keptResponse is what can be gone on with.
type keptResponse struct {
	input, output []json.RawMessage
	body          []byte // the response itself
}

// maxResponses bounds how many are kept; the oldest go first.
const maxResponses = 1000

// responseStore keeps responses by their id. The zero value keeps none yet.
type responseStore struct {
	mu    sync.Mutex
	kept  map[string]keptResponse
	order []string
}

func (s *responseStore) put(id string, r keptResponse) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[string]keptResponse{}
	}
	s.kept[id] = r
	s.order = append(s.order, id)
	if len(s.order) > maxResponses {
		delete(s.kept, s.order[0])
		s.order = s.order[1:]
	}
}

func (s *responseStore) get(id string) (keptResponse, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.kept[id]
	return r, ok
}

func (s *responseStore) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, id)
}

// keptResponsePath is where a response is found that is kept.
const keptResponsePath = "/v1/responses/"

// responseRoute finds the operation on a kept response, by method and what is
// behind its id.
func responseRoute(ctx *fasthttp.RequestCtx, path string) (operation, bool) {
	rest, ok := strings.CutPrefix(path, keptResponsePath)
	id, action, _ := strings.Cut(rest, "/")
	if !ok || id == "" {
		return operation{}, false
	}
	op := operation{dialect: openaiResponses{}, method: string(ctx.Method()), run: (*Server).keptResponse}
	switch op.method + " " + action {
	case "GET ", "DELETE ", "GET input_items", "POST cancel":
		return op, true
	}
	return operation{}, false
}

// keptResponse answers about a response that is kept.
func (s *Server) keptResponse(c *call) {
	id, action, _ := strings.Cut(strings.TrimPrefix(string(c.ctx.Path()), keptResponsePath), "/")
	r, ok := s.responses.get(id)
	switch {
	case !ok:
		c.fail(fasthttp.StatusNotFound, "Response with id '"+id+"' not found.")
	case c.ctx.IsDelete():
		s.responses.remove(id)
		c.whole(s, typeJSON, []byte(`{"id":"`+id+`","object":"response","deleted":true}`))
	case action == "input_items":
		body := append([]byte(`{"object":"list","data":[`), joinRaw(r.input)...)
		c.whole(s, typeJSON, append(body, `],"first_id":null,"last_id":null,"has_more":false}`...))
	case action == "cancel":
		c.fail(fasthttp.StatusBadRequest, "Cannot cancel a completed response.")
	default:
		c.whole(s, typeJSON, r.body)
	}
}

// joinRaw puts JSON values behind each other as the elements of an array.
func joinRaw(all []json.RawMessage) (out []byte) {
	for i, raw := range all {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, raw...)
	}
	return out
}
