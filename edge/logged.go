package edge

import (
	"bytes"
	"strings"
)

// loggedPrefix begins the headers in which Bifrost's callers say what is kept with the call,
// in canonical form.
const loggedPrefix = "X-Bf-Lh-"

// log adds such a header to the call's metadata. Commas stand between pairs there.
func (h *head) log(name, value []byte) {
	pair := strings.ToLower(string(name[len(loggedPrefix):])) + "=" + string(bytes.ReplaceAll(value, []byte(","), []byte(" ")))
	if h.logged != "" {
		pair = h.logged + "," + pair
	}
	h.logged = pair
}

// withLogged is what the caller says of the call in both ways.
func (h *head) withLogged() string {
	switch {
	case h.logged == "":
		return h.metadata
	case h.metadata == "":
		return h.logged
	}
	return h.metadata + "," + h.logged
}
