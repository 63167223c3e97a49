package jsonx

import "iter"

// MembersAt yields the members of the object at a place in a text that Valid or
// ScanObject has passed, with their places in that text; nothing if there is no object.
func MembersAt(b []byte, at Span) iter.Seq[Member] {
	return func(yield func(Member) bool) {
		within := b[:at.End]
		i, ok := Value(within[at.Start:]).open('{')
		for i += at.Start; ok; {
			var m Member
			if m.KeyAt, m.At, i, ok = nextMember(within, i); !ok {
				return
			}
			m.Key = []byte(decodeString(b, m.KeyAt))
			if !yield(m) {
				return
			}
		}
	}
}

// ElementsAt is the same for the elements of an array.
func ElementsAt(b []byte, at Span) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		within := b[:at.End]
		i, ok := Value(within[at.Start:]).open('[')
		for i += at.Start; ok; {
			var value Span
			if value, ok = nextElement(within, i); !ok || !yield(value) {
				return
			}
			i = value.End
		}
	}
}
