package config

import (
	"encoding/json"
	"reflect"
	"slices"
)

// Applied returns the document as a file wants it: what the file names becomes what the
// file says. Each provider, and each element of a list of governance, stands for itself:
// those that the file does not name stay, as do sections that it does not have. With
// prune they go, and the file is all there is.
func (d *Document) Applied(file json.RawMessage, prune bool) (json.RawMessage, error) {
	want, problem := parseJSON(file)
	if problem == nil && want.kind != objectKind {
		problem = &Problem{Message: "must be an object, not " + want.kind.String()}
	}
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	if prune {
		root = want
	} else {
		for _, m := range want.members {
			root.apply(m)
		}
	}
	arrange(root, reflect.TypeFor[Config]())
	return d.Restored(appendJSON(nil, root))
}

// apply takes over a section of a file.
func (n *node) apply(section member) {
	is := n.get(section.key)
	switch {
	case is == nil || is.kind != objectKind || section.value.kind != objectKind:
		n.set(section)
	case section.key == "providers":
		for _, m := range section.value.members {
			is.set(m)
		}
	case section.key == "governance":
		for _, m := range section.value.members {
			if was := is.get(m.key); was != nil && was.kind == listKind && m.value.kind == listKind {
				was.applyList(m.value)
			} else {
				is.set(m)
			}
		}
	default:
		n.set(section)
	}
}

// set replaces a member, or adds it.
func (n *node) set(to member) {
	if i := slices.IndexFunc(n.members, func(m member) bool { return m.key == to.key }); i >= 0 {
		n.members[i].value = to.value
	} else {
		n.members = append(n.members, to)
	}
}

func (n *node) applyList(want *node) {
	places := make(map[string]int, len(n.elements))
	for i, e := range n.elements {
		places[e.identity()] = i
	}
	for _, e := range want.elements {
		if i, ok := places[e.identity()]; ok {
			n.elements[i] = e
			continue
		}
		places[e.identity()] = len(n.elements)
		n.elements = append(n.elements, e)
	}
}

// identity tells an element of a list from the others: by its id, its name, or what it
// is for; else by all that it says.
func (n *node) identity() string {
	for _, keys := range [][2]string{{"id"}, {"name"}, {"provider", "model_name"}, {"model_name"}} {
		if word := n.word(keys[0]); word != "" {
			if second := n.word(keys[1]); second != "" {
				word += "/" + second
			}
			return word
		}
	}
	return string(appendJSON(nil, n))
}

// Arranged returns the document, as it may be shown, with all keys in the order of
// their declaration.
func (d *Document) Arranged() (json.RawMessage, error) {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	redact(root, reflect.TypeFor[Config]())
	arrange(root, reflect.TypeFor[Config]())
	return appendJSON(nil, root), nil
}
