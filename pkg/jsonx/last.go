package jsonx

import "bytes"

// LastString returns where the last string stands in v, which is valid, that is spelt as
// quoted, with its quotes. It reports false where there is none. The name of a member is a
// string as well.
func LastString(v Value, quoted []byte) (at Span, ok bool) {
	for i := 0; i < len(v); {
		q := bytes.IndexByte(v[i:], '"')
		if q < 0 {
			break
		}
		end := skipString(v, i+q)
		if bytes.Equal(v[i+q:end], quoted) {
			at, ok = Span{i + q, end}, true
		}
		i = end
	}
	return at, ok
}
