package mcpserver

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// sessionHeader names a session, from initialize on.
const sessionHeader = "Mcp-Session-Id"

// Serve answers a request whose body was read. Its context ends when the client is gone.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, body []byte, c Caller) {
	if s.settings.Load().Disabled {
		refuse(w, http.StatusNotFound, api.Errorf(api.KindNotFound, "route_not_found", "This gateway is no MCP server."))
		return
	}
	if err := s.knows(r); err != nil {
		refuse(w, http.StatusForbidden, err)
		return
	}
	if _, err := c.Tools(); err != nil {
		s.unauthorized(w, r, err)
		return
	}
	session := r.Header.Get(sessionHeader)
	if session != "" && !s.sessions.valid(session, c.Identity()) {
		refuse(w, http.StatusNotFound, api.Errorf(api.KindNotFound, "mcp_session_not_found", "There is no such session, or it has ended, or it is another caller's. Begin a new one."))
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.stream(w, r, session, c)
	case http.MethodDelete:
		s.endSession(w, session)
	default:
		s.post(w, r, body, session, c)
	}
}

// post answers messages of a client.
func (s *Server) post(w http.ResponseWriter, r *http.Request, body []byte, session string, c Caller) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" { // a page cannot send this one without being asked for leave
		refuse(w, http.StatusUnsupportedMediaType, api.Invalid("unsupported_content_type", "", "The body must be JSON, and Content-Type must say so."))
		return
	}
	whole, events := accepts(r.Header.Values("Accept"))
	if !whole && !events {
		refuse(w, http.StatusNotAcceptable, api.Invalid("not_acceptable", "", "Accept must have application/json or text/event-stream."))
		return
	}
	messages := read(body)
	if session == "" && messages.has(methodInitialize) {
		session = s.sessions.begin(c.Identity())
		w.Header().Set(sessionHeader, session)
	}
	for _, request := range messages.cancelled() {
		s.cancel(session, request)
	}
	x := s.exchange(r, session, messages, c)
	h := s.whole
	if events && (!whole || messages.wantEvents()) {
		h = s.events
	}
	if messages.has(methodListTools) {
		x.pages = &pages{ResponseWriter: w}
		w = x.pages
	}
	r = r.WithContext(withExchange(r.Context(), x))
	r.Header.Set("Accept", "application/json, text/event-stream") // as the SDK has it; the choice is made
	r.Body = io.NopCloser(bytes.NewReader(body))
	h.ServeHTTP(w, r)
}

// accepts says which forms of an answer a client takes; one that says nothing takes both.
func accepts(values []string) (whole, events bool) {
	if len(values) == 0 {
		return true, true
	}
	for _, value := range values {
		for form := range strings.SplitSeq(value, ",") {
			form, _, _ = strings.Cut(form, ";")
			switch strings.ToLower(strings.TrimSpace(form)) {
			case "*/*":
				return true, true
			case "application/json", "application/*":
				whole = true
			case "text/event-stream", "text/*":
				events = true
			}
		}
	}
	return whole, events
}

// endSession ends what is under way in a session, wherever it is.
func (s *Server) endSession(w http.ResponseWriter, session string) {
	if session == "" {
		refuse(w, http.StatusBadRequest, api.Invalid("missing_mcp_session", "", "DELETE ends a session, which %s must name.", sessionHeader))
		return
	}
	s.tell(session, "")
	w.WriteHeader(http.StatusNoContent)
}
