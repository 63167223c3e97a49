package account

import (
	"fmt"
	"slices"
)

// Role is what somebody may do. A greater one may do all that a lesser one may.
type Role uint8

// The roles.
const (
	NoRole   Role = iota
	Viewer        // reads
	Operator      // changes what the gateway does: keys, limits, routing
	Admin         // changes the configuration, people, secrets and tokens
)

var roleNames = [...]string{"", "viewer", "operator", "admin"}

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	if i := slices.Index(roleNames[1:], s); i >= 0 {
		return Role(i + 1), nil
	}
	return NoRole, fmt.Errorf("there is no role %q: viewer, operator and admin are", s)
}

// String returns the role's name.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "none"
}

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a role's name.
func (r *Role) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRole(string(text))
	return err
}
