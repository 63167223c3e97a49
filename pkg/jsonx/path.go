package jsonx

import "errors"

// Errors of Set and Delete.
var (
	// ErrRepeated: an object has the member that the path names more than once,
	// and readers disagree on which one counts.
	ErrRepeated = errors.New("a member on the path is repeated")
	// ErrNotObject: the path leads through a value that is no object.
	ErrNotObject = errors.New("a value on the path is not an object")
	errNoPath    = errors.New("the path is empty")
)

// Set appends body with the member that path leads to set to value: replaced, or
// added behind the other members, with the objects on the way to it. It fails if
// body or value is not valid, with ErrNotObject or with ErrRepeated, and then
// returns dst as it was. The depth of the two together is not checked. dst must
// not share memory with body.
func Set(dst, body, value []byte, path ...string) ([]byte, error) {
	if err := Valid(value); err != nil {
		return dst, err
	}
	at, missing, err := follow(body, path)
	if err != nil {
		return dst, err
	}
	if len(missing) == 0 {
		return Apply(dst, body, []Edit{{At: at.At, New: value}}), nil
	}
	place, comma, ok := end(body, at.At)
	if !ok {
		return dst, ErrNotObject
	}
	return Apply(dst, body, []Edit{{At: Span{place, place}, New: appendMembers(nil, comma, missing, value)}}), nil
}

// Delete appends body without the member that path leads to; body as it is, if
// there is no such member. It fails like Set.
func Delete(dst, body []byte, path ...string) ([]byte, error) {
	at, missing, err := follow(body, path)
	if err != nil {
		return dst, err
	}
	if len(missing) > 0 {
		return append(dst, body...), nil
	}
	return Apply(dst, body, []Edit{{At: DeleteMember(body, at)}}), nil
}

// follow goes as far along path as body has it. It returns the last member on
// the way, which for body itself has no key, and the names that are missing.
func follow(body []byte, path []string) (at Member, missing []string, err error) {
	if len(path) == 0 {
		return Member{}, nil, errNoPath
	}
	if err := Valid(body); err != nil {
		return Member{}, nil, err
	}
	start := skipSpace(body, 0)
	at.At = Span{start, skipValue(body, start)}
	for i, name := range path {
		next, found, err := find(body, at.At, name)
		if err != nil {
			return Member{}, nil, err
		}
		if !found {
			return at, path[i:], nil
		}
		at = next
	}
	return at, nil, nil
}

// find returns the one member called name of the object at at; none if there is
// no object at at.
func find(b []byte, at Span, name string) (m Member, found bool, err error) {
	if b[at.Start] != '{' {
		return Member{}, false, nil
	}
	for i := at.Start + 1; ; {
		key, value, next, ok := nextMember(b, i)
		if !ok {
			return m, found, nil
		}
		if keyIs(b, key, name) {
			if found {
				return Member{}, false, ErrRepeated
			}
			m, found = Member{KeyAt: key, At: value}, true
		}
		i = next
	}
}

// end returns where the object at at takes another member and whether a comma
// has to go before it; false if there is no object at at.
func end(b []byte, at Span) (place int, comma, ok bool) {
	if b[at.Start] != '{' {
		return 0, false, false
	}
	place = at.Start + 1
	for {
		_, _, next, ok := nextMember(b, place)
		if !ok {
			return place, comma, true
		}
		place, comma = next, true
	}
}

// appendMembers appends a member named path[0] whose value is, through an object
// for each further name, value.
func appendMembers(dst []byte, comma bool, path []string, value []byte) []byte {
	if comma {
		dst = append(dst, ',')
	}
	for i, name := range path {
		if i > 0 {
			dst = append(dst, '{')
		}
		dst = AppendString(dst, name)
		dst = append(dst, ':')
	}
	dst = append(dst, value...)
	for range path[1:] {
		dst = append(dst, '}')
	}
	return dst
}
