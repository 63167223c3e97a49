package jsonx

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// strByByte is what scanner.str must come to, found byte by byte: the offset
// behind the string or of the fault, and whether there are escapes.
func strByByte(b []byte) (i int, escaped, ok bool) {
	for i = 1; i < len(b) && b[i] != '"'; {
		switch {
		case standsForItself(b[i]):
			i++
		case escapeLen(b[i:]) > 0:
			escaped = true
			i += escapeLen(b[i:])
		default:
			return i, escaped, false
		}
	}
	if i == len(b) {
		return i, escaped, false
	}
	if !utf8.Valid(b[1:i]) {
		return 1 + firstInvalid(b[1:i]), escaped, false
	}
	return i + 1, escaped, true
}

func requireSameString(t *testing.T, b []byte) {
	t.Helper()
	want, wantEscaped, wantOK := strByByte(b)
	s := scanner{b: b}
	escaped, err := s.str()
	require.Equal(t, want, s.i, "%q", b)
	require.Equal(t, wantOK, err == nil, "%q: %v", b, err)
	if err == nil {
		require.Equal(t, wantEscaped, escaped, "%q", b)
	}
}

func TestEveryByteCountsAtEveryPlaceOfALongString(t *testing.T) {
	for _, filling := range []string{"a", `\n`, `\\`} {
		text := strings.Repeat(filling, 300)[:300]
		for at := range 200 {
			for c := range 256 {
				b := []byte(`"` + text + `"`)
				b[1+at] = byte(c)
				requireSameString(t, b)
			}
		}
	}
}

// FuzzText puts text at each place against the blocks and words that it is read in.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"", `\"quoted\"`, "\x1f", `\`, `\u00e9 \ud83d\ude00`, "é", "\xff", strings.Repeat(`He said \"no\".\n`, 20), strings.Repeat("plain ", 30) + "\t",
		strings.Repeat("über", 200),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for pad := range 70 {
			b := append([]byte(`"`+strings.Repeat("x", pad)), text...)
			requireSameString(t, b)
			requireSameString(t, append(b, '"'))
			requireSameString(t, append(b, `\n"`+strings.Repeat("y", 600)...))
		}
	})
}
