package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// open are the paths that need no token.
var open = map[string]bool{"/api/openapi.json": true, "/api/openapi.yaml": true}

// mayCall says whether a request comes from an administrator, and answers it if
// not. A page of another origin may not call, whatever it sends: a browser on the
// operator's machine reaches what listens on loopback.
func (c *Control) mayCall(w http.ResponseWriter, r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(origin, r.Host) {
		writeError(w, http.StatusForbidden, "origin_not_allowed", "Pages of other origins may not call the admin API.")
		return false
	}
	if open[r.URL.Path] {
		return true
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || !c.isToken(token) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="asbru"`)
		writeError(w, http.StatusUnauthorized, "admin_token_required", "Send the admin token: Authorization: Bearer TOKEN. `asbru up` logs at its start where the token is kept.")
		return false
	}
	return true
}

// isToken compares digests, so that the time it takes says nothing of the token.
func (c *Control) isToken(s string) bool {
	want, got := sha256.Sum256([]byte(c.o.Token.Reveal())), sha256.Sum256([]byte(s))
	return c.o.Token != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

func sameOrigin(origin, host string) bool {
	_, at, ok := strings.Cut(origin, "://")
	return ok && strings.EqualFold(at, host)
}
