package jsonx

// Edit replaces the bytes of a text at At with New. It inserts when At has no
// bytes, At.Start == At.End, and deletes when New has none.
type Edit struct {
	At  Span
	New []byte
}

// Apply appends body with edits made, which are in the order of body and do not
// overlap. An edit that breaks this, or lies outside of body, is left out. dst
// must not share memory with body.
func Apply(dst, body []byte, edits []Edit) []byte {
	at := 0
	for i := range edits {
		e := &edits[i]
		if !e.fits(at, len(body)) {
			continue
		}
		dst = append(dst, body[at:e.At.Start]...)
		dst = append(dst, e.New...)
		at = e.At.End
	}
	return append(dst, body[at:]...)
}

// Grown returns the length of what Apply appends.
func Grown(body []byte, edits []Edit) int {
	n, at := len(body), 0
	for i := range edits {
		e := &edits[i]
		if !e.fits(at, len(body)) {
			continue
		}
		n += len(e.New) - (e.At.End - e.At.Start)
		at = e.At.End
	}
	return n
}

// fits says whether e lies between the end of the edit before it and that of the body.
func (e *Edit) fits(from, end int) bool {
	return from <= e.At.Start && e.At.Start <= e.At.End && e.At.End <= end
}

// DeleteMember returns the span of b to cut so that m and exactly one comma go:
// the comma behind m with the space that follows it or, for the last member,
// the one before it. m was found in b by ScanObject.
//
// The spans of two neighbours share a comma, so this is for one member of an
// object; AppendDeletes takes several.
func DeleteMember(b []byte, m Member) Span {
	if comma := skipSpace(b, m.At.End); comma < len(b) && b[comma] == ',' {
		return Span{m.KeyAt.Start, skipSpace(b, comma+1)}
	}
	return Span{commaBefore(b, m.KeyAt.Start), m.At.End}
}

// AppendDeletes appends the edits that cut members out of one object. They are
// in the order of b.
func AppendDeletes(dst []Edit, b []byte, members ...Member) []Edit {
	lead := -1 // where the last cut ends, while all members before it were cut
	for _, m := range members {
		start := commaBefore(b, m.KeyAt.Start)
		switch {
		case start == m.KeyAt.Start:
			lead = m.At.End
		case lead >= 0 && skipSpace(b, lead) == start:
			lead = m.At.End
		default:
			dst = closeLead(dst, b, lead)
			lead = -1
		}
		dst = append(dst, Edit{At: Span{start, m.At.End}})
	}
	return closeLead(dst, b, lead)
}

// closeLead widens the last edit, which ends at lead, over the comma behind it:
// when the first members of an object go, the next one loses its comma.
func closeLead(edits []Edit, b []byte, lead int) []Edit {
	if lead < 0 {
		return edits
	}
	if comma := skipSpace(b, lead); comma < len(b) && b[comma] == ',' {
		edits[len(edits)-1].At.End = skipSpace(b, comma+1)
	}
	return edits
}

// commaBefore returns the offset of the comma that stands before i; i itself if
// there is none.
func commaBefore(b []byte, i int) int {
	for j := min(i, len(b)) - 1; j >= 0; j-- {
		switch b[j] {
		case ',':
			return j
		case ' ', '\n', '\r', '\t':
		default:
			return i
		}
	}
	return i
}
