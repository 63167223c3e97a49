package config

import "strings"

// Values lists what a document sets, by its place as [Differences] writes it, each as JSON in
// one spelling. Members of objects are apart; a list is one value, and so is an object
// without members: it is how a merge patch (RFC 7396) changes them. Secrets are among them:
// compare them, and do not show them.
func (d *Document) Values() (map[string]string, error) {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	values := map[string]string{}
	for _, m := range root.members {
		addValues(values, m.value, child("", m.key))
	}
	return values, nil
}

func addValues(to map[string]string, n *node, path string) {
	switch {
	case n.kind == nullKind: // nothing is set
	case n.kind == objectKind && len(n.members) > 0:
		for _, m := range n.members {
			addValues(to, m.value, child(path, m.key))
		}
	default:
		to[path] = string(appendJSON(nil, n))
	}
}

// Unset lists which of the values that a document sets another one does not keep, in no
// order. An object without members is kept by one that has some.
func Unset(set, by map[string]string) []string {
	var gone []string
	for path, value := range set {
		if now, there := by[path]; now == value && there {
			continue
		}
		if value == "{}" && anyBelow(by, path) {
			continue
		}
		gone = append(gone, path)
	}
	return gone
}

func anyBelow(values map[string]string, place string) bool {
	for path := range values {
		if Below(path, place) {
			return true
		}
	}
	return false
}

// Below says whether a path, as [Document.Values] writes it, leads to a member of what is at a place.
func Below(path, place string) bool {
	rest, is := strings.CutPrefix(path, place)
	return is && rest != "" && (rest[0] == '.' || rest[0] == '[')
}
