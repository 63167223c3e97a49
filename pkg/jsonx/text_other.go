//go:build !amd64 || purego

package jsonx

// Hot path.

// skipText goes over text from i on as far as it is simple, and returns where it
// is not, or is no text any more. The high bits of high tell whether a byte on the
// way, or some way behind it, was not ASCII.
func skipText(b []byte, i int) (at int, high uint64, escaped bool) {
	at, high = skipAllPlain(b, i)
	return at, high, false
}
