package config

import (
	"encoding/json"
	"slices"
)

// Patched returns the document with a JSON merge patch (RFC 7396) applied to it:
// objects are merged, null removes, anything else takes the place of what was
// there.
func (d *Document) Patched(patch json.RawMessage) (json.RawMessage, error) {
	p, problem := parseJSON(patch)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	return appendJSON(nil, merge(root, p)), nil
}

// PatchTo returns the merge patch that makes to of d; an empty object if they are
// alike.
func (d *Document) PatchTo(to *Document) (json.RawMessage, error) {
	from, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	target, problem := parseJSON(to.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	return appendJSON(nil, patchOf(from, target)), nil
}

func merge(target, patch *node) *node {
	if patch.kind != objectKind {
		return patch
	}
	if target == nil || target.kind != objectKind {
		target = &node{kind: objectKind}
	}
	for _, m := range patch.members {
		at := slices.IndexFunc(target.members, func(t member) bool { return t.key == m.key })
		switch {
		case m.value.kind == nullKind && at >= 0:
			target.members = slices.Delete(target.members, at, at+1)
		case m.value.kind == nullKind:
		case at >= 0:
			target.members[at].value = merge(target.members[at].value, m.value)
		default:
			target.members = append(target.members, member{key: m.key, value: merge(nil, m.value)})
		}
	}
	return target
}

func patchOf(from, to *node) *node {
	if from.kind != objectKind || to.kind != objectKind {
		return to
	}
	patch := &node{kind: objectKind}
	for _, m := range from.members {
		if to.get(m.key) == nil {
			patch.members = append(patch.members, member{key: m.key, value: &node{kind: nullKind}})
		}
	}
	for _, m := range to.members {
		was := from.get(m.key)
		switch {
		case was == nil:
			patch.members = append(patch.members, m)
		case string(appendJSON(nil, was)) != string(appendJSON(nil, m.value)):
			patch.members = append(patch.members, member{key: m.key, value: patchOf(was, m.value)})
		}
	}
	return patch
}
