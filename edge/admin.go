package edge

// Hot path.

import "strings"

// isAdmin says whether a path is one of the admin API, its WebSocket or the admin UI.
func isAdmin(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/ui/") || path == "/" || path == "/ws"
}
