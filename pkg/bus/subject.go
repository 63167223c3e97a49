package bus

import (
	"fmt"
	"strings"
)

// Subject is one family of subjects.
type Subject struct {
	// Pattern has the subject's tokens; one in angle brackets stands for a value. A
	// value named node, edge or worker is the name of a node, one named plugin that of a plugin.
	Pattern string
	Doc     string

	Publish   Access
	Subscribe Access
}

// Access says which roles may do something: with the name of any node, or only with
// their own node's.
type Access struct{ Any, Own Role }

// At returns the subject with its values filled in, in their order.
func (s *Subject) At(values ...string) string {
	tokens := strings.Split(s.Pattern, ".")
	given := values
	for i, token := range tokens {
		if !isValue(token) {
			continue
		}
		if len(given) == 0 {
			break
		}
		tokens[i], given = Token(given[0]), given[1:]
	}
	subject := strings.Join(tokens, ".")
	if len(given) > 0 || strings.Contains(subject, "<") {
		panic(fmt.Sprintf("bus: %s with %d values", s.Pattern, len(values)))
	}
	return subject
}

// All returns the subject that matches every value.
func (s *Subject) All() string { return s.fill(func(string) string { return "*" }) }

// Of returns the subject that matches every value but the node's, or the plugin's, which
// is given.
func (s *Subject) Of(owner string) string {
	return s.fill(func(name string) string {
		if isOwner(name) {
			return Token(owner)
		}
		return "*"
	})
}

// Values returns the values of a subject that was received, in their order. It
// reports false for a subject of another family.
func (s *Subject) Values(subject string) ([]string, bool) {
	want, got := strings.Split(s.Pattern, "."), strings.Split(subject, ".")
	if len(want) != len(got) {
		return nil, false
	}
	var values []string
	for i, token := range want {
		if !isValue(token) {
			if token != got[i] {
				return nil, false
			}
			continue
		}
		value, ok := Untoken(got[i])
		if !ok {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

func (s *Subject) fill(value func(name string) string) string {
	tokens := strings.Split(s.Pattern, ".")
	for i, token := range tokens {
		if isValue(token) {
			tokens[i] = value(strings.Trim(token, "<>"))
		}
	}
	return strings.Join(tokens, ".")
}

// allowed returns what of the family a node in a role may use.
func (s *Subject) allowed(a Access, role Role, node string) (subject string, ok bool) {
	switch {
	case role.has(a.Any):
		return s.All(), true
	case role.has(a.Own):
		return s.Of(node), true
	}
	return "", false
}

// OfServer reports whether a subject is none of anybody's choice on any NATS: the server's
// own, or one that answers come to.
func OfServer(subject string) bool {
	return strings.HasPrefix(subject, "$") || strings.HasPrefix(subject, "_INBOX.")
}

func isValue(token string) bool { return strings.HasPrefix(token, "<") }

func isOwner(name string) bool {
	return name == "node" || name == "edge" || name == "worker" || name == "plugin"
}
