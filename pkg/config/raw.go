package config

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Raw is a value that only its owner understands, such as a plugin's own settings: it is
// kept as JSON, with what references in it stand for in their places. Which of its texts are
// secrets is told by their keys.
type Raw json.RawMessage

var rawType = reflect.TypeFor[Raw]()

// MarshalJSON shows the value with its secrets hidden.
func (r Raw) MarshalJSON() ([]byte, error) {
	if len(r) == 0 {
		return []byte("null"), nil
	}
	root, problem := parseJSON(r)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	hideNamed(root)
	return appendJSON(nil, root), nil
}

// UnmarshalJSON keeps the value.
func (r *Raw) UnmarshalJSON(data []byte) error {
	*r = append((*r)[:0], data...)
	return nil
}

// raw keeps a value that is not this package's to understand.
func (d *decoder) raw(n *node, path string, f *field) Raw {
	want := map[string]kind{"object": objectKind, "array": listKind}[f.kind]
	if want != nullKind && n.kind != want {
		d.wrongKind(n, path, want.String())
		return nil
	}
	return appendJSON(nil, d.followed(n, path))
}

// followed returns n with what references stand for.
func (d *decoder) followed(n *node, path string) *node {
	out := *n
	out.members, out.elements = nil, nil
	if n.kind == stringKind {
		out.text = d.resolve(n.text, path, n.at)
	}
	for _, m := range n.members {
		m.value = d.followed(m.value, child(path, m.key))
		out.members = append(out.members, m)
	}
	for i, e := range n.elements {
		out.elements = append(out.elements, d.followed(e, element(path, i)))
	}
	return &out
}

// hideNamed hides the texts below n whose keys say that they are secret.
func hideNamed(n *node) {
	for _, m := range n.members {
		if namesSecret(m.key) {
			mask(m.value)
			continue
		}
		hideNamed(m.value)
	}
	for _, e := range n.elements {
		hideNamed(e)
	}
}

// secretWords are what keys of secrets have in their names.
var secretWords = []string{"secret", "password", "passwd", "token", "api_key", "apikey", "access_key", "private_key", "authorization", "credential", "headers", "basic_auth"}

// openWords are what keys have in their names that have one of secretWords and are none.
var openWords = []string{"max_", "tokens", "_url"}

func namesSecret(key string) bool {
	key = strings.ReplaceAll(strings.ToLower(key), "-", "_")
	for _, w := range openWords {
		if strings.Contains(key, w) {
			return false
		}
	}
	for _, w := range secretWords {
		if strings.Contains(key, w) {
			return true
		}
	}
	return false
}
