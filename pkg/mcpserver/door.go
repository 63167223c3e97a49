package mcpserver

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// knows refuses requests that a page has made which is none of the operator's: one whose
// origin is not allowed, and one that reaches a loopback address under another name, which
// a page's name was made to lead to (DNS rebinding, see
// https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning).
func (s *Server) knows(r *http.Request) *api.Error {
	set := s.settings.Load()
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	loopback := local != nil && isLoopback(local.String())
	if origin := r.Header.Get("Origin"); origin != "" && !allowed(set.Origins, origin) && !(loopback && isLoopbackURL(origin)) {
		return api.Errorf(api.KindPermission, "origin_not_allowed", "Pages of this origin may not call. client.allowed_origins says which may.")
	}
	if loopback && !isLoopback(r.Host) && !slices.Contains(set.Hosts, hostOf(r.Host)) && !set.isPublic(r.Host) {
		return api.Errorf(api.KindPermission, "host_not_allowed", "This address may not be called by that name. mcp.server.allowed_hosts says which names it has.")
	}
	return nil
}

func allowed(origins []string, origin string) bool {
	return slices.Contains(origins, "*") || slices.Contains(origins, origin)
}

// isPublic says whether a Host is that of the public URL.
func (s *Settings) isPublic(host string) bool {
	u, err := url.Parse(s.PublicURL)
	return err == nil && u.Host != "" && hostOf(u.Host) == hostOf(host)
}

func isLoopbackURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && isLoopback(u.Host)
}

// isLoopback says whether a host, with a port or not, is this machine.
func isLoopback(host string) bool {
	host = hostOf(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761, section 6.3
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// hostOf is a host without its port.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}
