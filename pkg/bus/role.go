package bus

import "strings"

// Role is what a node does in the cluster, and so what it may say and hear. A node
// that does several things at once has the roles or-ed together.
type Role uint8

// The roles. The last two are no node's. Admin belongs to the server's own account, where
// the server tells who connects and who leaves; Plugin to a program that nodes ask what
// becomes of calls, which is named after the plugin and may do nothing but answer.
const (
	Edge Role = 1 << iota
	Worker
	Control
	Admin
	Plugin
)

// every is each role that a node can have.
const every = Edge | Worker | Control

var roleNames = []string{"edge", "worker", "control", "admin", "plugin"}

// String returns the role's name, or its names with a plus between them.
func (r Role) String() string {
	var names []string
	for i, name := range roleNames {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}

// valid reports whether a connection can have the role: one that is no node's is not
// mixed with others.
func (r Role) valid() bool { return r == Admin || r == Plugin || r.ofNode() }

// ofNode reports whether it is the role of a node.
func (r Role) ofNode() bool { return r != 0 && r&^every == 0 }

// parseRole undoes String.
func parseRole(s string) (Role, bool) {
	for r := Edge; r <= Plugin; r++ {
		if r.valid() && r.String() == s {
			return r, true
		}
	}
	return 0, false
}

// has reports whether one of r's roles is among those of other.
func (r Role) has(other Role) bool { return r&other != 0 }
