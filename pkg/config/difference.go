package config

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// Difference is a place where two documents differ. From or To is nil where there is
// nothing. Secrets are as they may be shown.
type Difference struct {
	Path     string
	From, To json.RawMessage
}

// Differences lists where another document differs, in its order; what it does not have
// any more stands behind. Elements of a list are named by their id or name:
// governance.teams[web].budget.
func (d *Document) Differences(to *Document) ([]Difference, error) {
	from, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	target, problem := parseJSON(to.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	var c comparison
	c.values(from, target, reflect.TypeFor[Config](), "")
	return c.found, nil
}

type comparison struct{ found []Difference }

// values compares two values that are declared as t.
func (c *comparison) values(from, to *node, t reflect.Type, path string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	both := from != nil && to != nil
	switch {
	case both && from.kind == objectKind && to.kind == objectKind && t != secretType && t != unusedType && t != rawType:
		c.objects(from, to, t, path)
	case both && from.kind == listKind && to.kind == listKind && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		c.lists(from, to, t.Elem(), path)
	case !both || !bytes.Equal(appendJSON(nil, from), appendJSON(nil, to)):
		c.found = append(c.found, Difference{path, shown(from, t), shown(to, t)})
	}
}

// shown is a value as it may be shown. It is redacted, and is not to be used further.
func shown(n *node, t reflect.Type) json.RawMessage {
	if n == nil {
		return nil
	}
	redact(n, t)
	return appendJSON(nil, n)
}

func (c *comparison) objects(from, to *node, t reflect.Type, path string) {
	for _, m := range to.members {
		c.values(from.get(m.key), m.value, memberType(t, m.key), child(path, m.key))
	}
	for _, m := range from.members {
		if to.get(m.key) == nil {
			c.values(m.value, nil, memberType(t, m.key), child(path, m.key))
		}
	}
}

func (c *comparison) lists(from, to *node, t reflect.Type, path string) {
	was := make(map[string]*node, len(from.elements))
	for _, e := range from.elements {
		was[e.identity()] = e
	}
	for _, e := range to.elements {
		id := e.identity()
		c.values(was[id], e, t, path+"["+id+"]")
		delete(was, id)
	}
	for _, e := range from.elements {
		if id := e.identity(); was[id] != nil {
			c.values(e, nil, t, path+"["+id+"]")
		}
	}
}
