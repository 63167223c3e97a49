package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Path leads to a part of a document: strings are the keys of objects, ints the
// places in lists. The place behind the last is where a list grows.
type Path []any

// With returns the path of a part of the part.
func (p Path) With(steps ...any) Path { return append(slices.Clone(p), steps...) }

// String spells the path as problems do.
func (p Path) String() string {
	path := ""
	for _, step := range p {
		switch step := step.(type) {
		case int:
			path = element(path, step)
		default:
			path = child(path, fmt.Sprint(step))
		}
	}
	return path
}

// ReadObject reads the members of a JSON object that came from outside. It refuses a
// key that is there twice. The error is a *Problems.
func ReadObject(data []byte) (map[string]json.RawMessage, error) {
	n, problem := parseJSON(data)
	if problem == nil && n.kind != objectKind {
		problem = &Problem{Message: fmt.Sprintf("must be an object, not %s", n.kind)}
	}
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	var found []Problem
	reportDuplicates(n, "", func(path string, at position, message string) {
		found = append(found, Problem{path, at.line, at.column, message})
	})
	if found != nil {
		return nil, &Problems{List: found}
	}
	members := make(map[string]json.RawMessage, len(n.members))
	for _, m := range n.members {
		members[m.key] = appendJSON(nil, m.value)
	}
	return members, nil
}

// Part returns the part of the document at a path, nil if there is none.
func (d *Document) Part(path Path) (json.RawMessage, error) {
	n, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	if n = n.part(path); n == nil || n.kind == nullKind {
		return nil, nil
	}
	return appendJSON(nil, n), nil
}

// Len returns how many elements the list at a path has, 0 if there is none.
func (d *Document) Len(path Path) (int, error) {
	n, problem := parseJSON(d.JSON)
	if problem != nil {
		return 0, &Problems{List: []Problem{*problem}}
	}
	if n = n.part(path); n == nil {
		return 0, nil
	}
	return len(n.elements), nil
}

// WithPart returns the document with a JSON merge patch (RFC 7396) applied to the
// part at a path, which is made where it is not there, and null removes. Keys are put
// in the order of their declaration.
func (d *Document) WithPart(path Path, patch json.RawMessage) (json.RawMessage, error) {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	change, problem := parseJSON(patch)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	root, err := root.with(path, change, reflect.TypeFor[Config]())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return appendJSON(nil, root), nil
}

// part follows a path; nil if it leads nowhere.
func (n *node) part(path Path) *node {
	for _, step := range path {
		if n == nil {
			return nil
		}
		switch step := step.(type) {
		case string:
			n = n.get(step)
		case int:
			if step < 0 || step >= len(n.elements) {
				return nil
			}
			n = n.elements[step]
		}
	}
	return n
}

// with returns n, declared as t, with patch merged into the part at path.
func (n *node) with(path Path, patch *node, t reflect.Type) (*node, error) {
	if len(path) == 0 {
		merged := merge(n, patch)
		arrange(merged, t)
		return merged, nil
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch step := path[0].(type) {
	case string:
		return n.withMember(step, path[1:], patch, memberType(t, step))
	case int:
		return n.withElement(step, path[1:], patch, t)
	default:
		return nil, fmt.Errorf("a step is a string or an int, not %T", step)
	}
}

func (n *node) withMember(key string, rest Path, patch *node, t reflect.Type) (*node, error) {
	if n == nil || n.kind != objectKind {
		n = &node{kind: objectKind}
	}
	i := slices.IndexFunc(n.members, func(m member) bool { return m.key == key })
	var was *node
	if i >= 0 {
		was = n.members[i].value
	}
	if len(rest) == 0 && patch.kind == nullKind {
		if i >= 0 {
			n.members = slices.Delete(n.members, i, i+1)
		}
		return n, nil
	}
	now, err := was.with(rest, patch, t)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		n.members = append(n.members, member{key: key, value: now})
	} else {
		n.members[i].value = now
	}
	return n, nil
}

func (n *node) withElement(i int, rest Path, patch *node, t reflect.Type) (*node, error) {
	if n == nil || n.kind != listKind {
		n = &node{kind: listKind}
	}
	if i < 0 || i > len(n.elements) {
		return nil, fmt.Errorf("the list has no place %d", i)
	}
	if len(rest) == 0 && patch.kind == nullKind {
		if i < len(n.elements) {
			n.elements = slices.Delete(n.elements, i, i+1)
		}
		return n, nil
	}
	var was *node
	if i < len(n.elements) {
		was = n.elements[i]
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	now, err := was.with(rest, patch, t)
	if err != nil {
		return nil, err
	}
	if i == len(n.elements) {
		n.elements = append(n.elements, now)
	} else {
		n.elements[i] = now
	}
	return n, nil
}

// memberType is what a member of something declared as t is declared as; what is not
// declared is taken for Unused.
func memberType(t reflect.Type, key string) reflect.Type {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem()
	case reflect.Struct:
		if f := sectionOf(t).byName[key]; f != nil {
			return f.typ
		}
	}
	return unusedType
}

// arrange puts the members of n, declared as t, in the order of their declaration.
func arrange(n *node, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == unusedType {
		return
	}
	if t.Kind() == reflect.Struct {
		s := sectionOf(t)
		place := func(m member) int {
			if f := s.byName[m.key]; f != nil {
				return f.index
			}
			return len(s.fields)
		}
		slices.SortStableFunc(n.members, func(a, b member) int { return place(a) - place(b) })
	}
	each(n, t, arrange)
}
