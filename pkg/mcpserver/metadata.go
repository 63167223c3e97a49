package mcpserver

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Path is where clients reach the server; MetadataPath is where they learn how to show who
// they are (RFC 9728, section 3.1).
const (
	Path         = "/mcp"
	MetadataPath = "/.well-known/oauth-protected-resource"
)

// metadata describes the server as a protected resource. There is no authorization server
// in it: the tokens are virtual keys, which the gateway gives out itself.
type metadata struct {
	Resource      string   `json:"resource"`
	Name          string   `json:"resource_name"`
	BearerMethods []string `json:"bearer_methods_supported"`
	Documentation string   `json:"resource_documentation,omitempty"`
}

// ServeMetadata answers what the server is as a protected resource.
func (s *Server) ServeMetadata(w http.ResponseWriter, r *http.Request) {
	set := s.settings.Load()
	if set.Disabled {
		refuse(w, http.StatusNotFound, api.Errorf(api.KindNotFound, "route_not_found", "This gateway is no MCP server."))
		return
	}
	body, _ := json.Marshal(metadata{ // of strings it always can be
		Resource: set.base(r) + Path, Name: "Asbru", BearerMethods: []string{"header"},
	})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // it depends on the name that the client calls by
	_, _ = w.Write(body)                        // a client that is gone needs none
}

// base is where the client reaches the gateway.
func (s *Settings) base(r *http.Request) string {
	if s.PublicURL != "" {
		return strings.TrimSuffix(s.PublicURL, "/")
	}
	scheme := "http://"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https://"
	}
	return scheme + r.Host
}

// unauthorized refuses a caller. One who has shown no key that counts is told how to, as
// the protocol asks for: with 401 also for a key that is not known (RFC 6750, section 3.1).
func (s *Server) unauthorized(w http.ResponseWriter, r *http.Request, err *api.Error) {
	status := err.HTTPStatus()
	if err.Code == "virtual_key_not_found" {
		status = http.StatusUnauthorized
	}
	if status == http.StatusUnauthorized {
		challenge := `Bearer resource_metadata="` + s.settings.Load().base(r) + MetadataPath + Path + `"`
		if err.Code != "virtual_key_required" {
			challenge += `, error="invalid_token"`
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	refuse(w, status, err)
}
