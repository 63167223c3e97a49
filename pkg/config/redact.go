package config

import (
	"encoding/json"
	"reflect"
	"strings"
)

// redactedPrefix begins what is shown in place of a secret.
const redactedPrefix = "****"

// Redacted returns the document as it may be shown: of each secret that is
// written in it only the last characters are left. References stay.
func (d *Document) Redacted() (json.RawMessage, error) {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	redact(root, reflect.TypeFor[Config]())
	return appendJSON(nil, root), nil
}

// Restored returns changed, which was made from what Redacted returned, with the
// secrets that were left as they were shown put back in. Elements of a list are
// known by their id or name, or else by their place.
func (d *Document) Restored(changed json.RawMessage) (json.RawMessage, error) {
	root, problem := parseJSON(changed)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	old, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	restore(root, old, reflect.TypeFor[Config]())
	return appendJSON(nil, root), nil
}

// redact hides the secrets below n, which is declared as t.
func redact(n *node, t reflect.Type) {
	switch {
	case t == unusedType:
		mask(n) // it may hold secrets of another program
		return
	case t == secretType:
		hide(n)
		return
	case t == rawType:
		hideNamed(n)
		return
	}
	each(n, t, redact)
}

// each calls visit with the parts of n and what they are declared as. A key that
// is not declared has no part.
func each(n *node, t reflect.Type, visit func(*node, reflect.Type)) {
	switch t.Kind() {
	case reflect.Pointer:
		visit(n, t.Elem())
	case reflect.Struct:
		s := sectionOf(t)
		for _, m := range n.members {
			if f := s.byName[m.key]; f != nil {
				visit(m.value, f.typ)
			}
		}
	case reflect.Map:
		for _, m := range n.members {
			visit(m.value, t.Elem())
		}
	case reflect.Slice:
		for _, e := range n.elements {
			visit(e, t.Elem())
		}
	}
}

// hide redacts a secret, in either of its forms.
func hide(n *node) {
	if n.kind == stringKind && !isReference(n.text) {
		n.text = Secret(n.text).String()
	}
	for _, m := range n.members {
		if m.key == "value" {
			hide(m.value)
		}
	}
}

// mask hides every text below n.
func mask(n *node) {
	if n.kind == stringKind && !isReference(n.text) && n.text != "" {
		n.text = redactedPrefix
	}
	for _, m := range n.members {
		mask(m.value)
	}
	for _, e := range n.elements {
		mask(e)
	}
}

// restore puts back what redact has hidden, from old, which stood in its place.
func restore(n, old *node, t reflect.Type) {
	if old == nil {
		return
	}
	if t == unusedType || t == secretType || t == rawType {
		unhide(n, old)
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		restore(n, old, t.Elem())
	case reflect.Struct:
		s := sectionOf(t)
		for _, m := range n.members {
			if f := s.byName[m.key]; f != nil {
				restore(m.value, old.get(m.key), f.typ)
			}
		}
	case reflect.Map:
		for _, m := range n.members {
			restore(m.value, old.get(m.key), t.Elem())
		}
	case reflect.Slice:
		for i, e := range n.elements {
			restore(e, old.alike(e, i), t.Elem())
		}
	}
}

func unhide(n, old *node) {
	if n.kind == stringKind && strings.HasPrefix(n.text, redactedPrefix) && old.kind == stringKind {
		n.text = old.text
	}
	for _, m := range n.members {
		if was := old.get(m.key); was != nil {
			unhide(m.value, was)
		}
	}
	for i, e := range n.elements {
		if was := old.alike(e, i); was != nil {
			unhide(e, was)
		}
	}
}

// alike returns the element of a list that e, at place i of another, stands for: the
// one of the same id, or, where one of them has none, of the same name, or else the one
// at its place that has neither.
func (n *node) alike(e *node, i int) *node {
	id, name := e.word("id"), e.word("name")
	var named *node
	for _, other := range n.elements {
		otherID, otherName := other.word("id"), other.word("name")
		switch {
		case id != "" && id == otherID:
			return other
		case named != nil || id != "" && otherID != "":
		case otherName != "" && (otherName == name || otherName == id):
			named = other
		}
	}
	if named != nil {
		return named
	}
	if i < len(n.elements) && n.elements[i].word("id") == "" && n.elements[i].word("name") == "" {
		return n.elements[i]
	}
	return nil
}

// word is the text of a member, "" if it has none.
func (n *node) word(key string) string {
	if is := n.get(key); is != nil {
		return is.text
	}
	return ""
}
