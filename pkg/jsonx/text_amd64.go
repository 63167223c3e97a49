//go:build !purego

package jsonx

// Hot path.

import "math/bits"

// skipText goes over text from i on as far as it is simple, and returns where it
// is not, or is no text any more. The high bits of high tell whether a byte on the
// way, or some way behind it, was not ASCII.
//
// It looks at the text in blocks and at once for all that does not stand for
// itself, so that simple escapes, which prose and code are full of, do not slow it
// down: three times as fast as by words on a long prompt (BenchmarkScan).
func skipText(b []byte, i int) (at int, high uint64, escaped bool) {
	var found [maxBlocks]uint64
	var second uint64 // 1 if the next byte is the second of an escape
	for blocks := 1; len(b)-i >= blockBytes; blocks = min(2*blocks, maxBlocks) {
		blocks = min(blocks, (len(b)-i)/blockBytes)
		high |= textMarks(&b[i], &found[0], blocks)
		for _, m := range found[:blocks] {
			m &^= second
			second = 0
			for m != 0 {
				n := bits.TrailingZeros64(m)
				at := i + n
				if b[at] != '\\' || at+1 == len(b) || !simpleEscape[b[at+1]] {
					return at, high, escaped
				}
				escaped = true
				m &^= 3 << n
				second = uint64(n) / (blockBytes - 1)
			}
			i += blockBytes
		}
	}
	at, h := skipPlain(b, i+int(second))
	return at, high | h, escaped
}

const (
	blockBytes = 64
	maxBlocks  = 8
)

// textMarks sets, for each byte of the blocks at p, a bit in marks if it is a
// quote, a backslash or a control character. The high bits of high tell whether
// any byte is not ASCII.
//
//go:noescape
func textMarks(p *byte, marks *uint64, blocks int) (high uint64)
