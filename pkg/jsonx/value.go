package jsonx

import (
	"iter"
	"unsafe"
)

// Value is one raw JSON value that Valid or ScanObject has passed, as part of a
// text or as a whole one; nil is an absent value. Its methods are total: on
// bytes that are not JSON they return some value, mostly a zero one, and do not
// panic. What they return borrows from the value.
type Value []byte

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of value. Absent is that of a nil Value.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Borrow returns b as a string without a copy. The string lives and changes
// with b.
func Borrow(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Kind returns the type of v, told by its first byte.
func (v Value) Kind() Kind {
	i := skipSpace(v, 0)
	if i >= len(v) {
		return Absent
	}
	switch c := v[i]; c {
	case 'n':
		return Null
	case 't', 'f':
		return Bool
	case '"':
		return String
	case '[':
		return Array
	case '{':
		return Object
	default:
		if c == '-' || isDigit(c) {
			return Number
		}
		return Absent
	}
}

// IsNull says whether v is the literal null. An absent value is not.
func (v Value) IsNull() bool { return v.Kind() == Null }

// Get returns the value that path leads to, member name by member name, nil if
// it is absent. Of members with the same name the first counts.
func (v Value) Get(path ...string) Value {
	for _, name := range path {
		v = v.member(name)
		if v == nil {
			return nil
		}
	}
	return v
}

func (v Value) member(name string) Value {
	i, ok := v.open('{')
	for ok {
		var key, value Span
		if key, value, i, ok = nextMember(v, i); ok && keyIs(v, key, name) {
			return value.Of(v)
		}
	}
	return nil
}

// Members yields the name and the value of each member of an object, in order;
// nothing if v is no object. A name borrows from v unless it has escapes.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		i, ok := v.open('{')
		for ok {
			var key, value Span
			if key, value, i, ok = nextMember(v, i); ok && !yield(decodeString(v, key), value.Of(v)) {
				return
			}
		}
	}
}

// Elements yields the elements of an array, in order; nothing if v is no array.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		i, ok := v.open('[')
		for ok {
			var value Span
			if value, ok = nextElement(v, i); ok && !yield(value.Of(v)) {
				return
			}
			i = value.End
		}
	}
}

// Len returns the number of elements of an array or of members of an object; 0
// for any other value.
func (v Value) Len() int {
	n := 0
	switch v.Kind() {
	case Array:
		for range v.Elements() {
			n++
		}
	case Object:
		for range v.Members() {
			n++
		}
	}
	return n
}

// open returns the offset behind v's opening bracket; false if v has no such one.
func (v Value) open(bracket byte) (int, bool) {
	i := skipSpace(v, 0)
	if i >= len(v) || v[i] != bracket {
		return 0, false
	}
	return i + 1, true
}

// keyIs says whether the key with quotes at key, decoded, is name.
func keyIs(b []byte, key Span, name string) bool {
	raw := unquoted(b, key)
	if string(raw) == name {
		return true
	}
	// Most keys have no escapes; one that has is longer than what it stands for.
	return len(raw) > len(name) && decodeString(b, key) == name
}
