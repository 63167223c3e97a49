package jsonx

// Hot path.

import (
	"encoding/binary"
	"math/bits"
)

// standsForItself says whether c may stand in a string as it is.
func standsForItself(c byte) bool { return c >= ' ' && c != '"' && c != '\\' }

// simpleEscape are the bytes that make an escape with the backslash before them.
var simpleEscape = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}

// skipPlain goes over at most plainBytes bytes, from i on, that stand for
// themselves. The high bits of high tell whether a byte on the way, or at most
// seven behind it, was not ASCII.
func skipPlain(b []byte, i int) (at int, high uint64) {
	for end := min(len(b), i+plainBytes) - 8; i <= end; i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8 : i+8])
		high |= w
		if found := marks(w) &^ w & highBits; found != 0 {
			return i + bits.TrailingZeros64(found)/8, high
		}
	}
	for ; len(b)-i < 8 && i < len(b) && standsForItself(b[i]); i++ {
		high |= uint64(b[i])
	}
	return i, high
}

// plainBytes is up to where a string is short, and words are the quickest way.
const plainBytes = 32

// skipAllPlain is skipPlain without its bound.
func skipAllPlain(b []byte, i int) (at int, high uint64) {
	for {
		at, h := skipPlain(b, i)
		high |= h
		if at-i < plainBytes {
			return at, high
		}
		i = at
	}
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// marks sets the high bit of each byte of w that is a quote, a backslash or a
// control character. Flipping bit 1 swaps '"' with ' ' and keeps control
// characters below it, so that one subtraction finds both; a second one finds
// the backslash. Bytes above ASCII are marked or not, and a borrow may mark the
// byte above a marked one: of ASCII, the lowest mark is exact.
func marks(w uint64) uint64 {
	return ((w ^ lowBits*0x02) - lowBits*0x21) | ((w ^ lowBits*'\\') - lowBits)
}
