package bus

import (
	"strings"
)

// Token returns s as one token of a subject, or a bucket's key: letters, digits,
// "-" and "_" stand for themselves, any other byte is written as "=" and its two
// hexadecimal digits. Two different names never have the same token.
func Token(s string) string {
	if s == "" {
		return "="
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'=', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// Untoken undoes Token. It reports false for what Token does not make.
func Untoken(token string) (string, bool) {
	if token == "=" {
		return "", true
	}
	var b strings.Builder
	for i := 0; i < len(token); i++ {
		c := token[i]
		if c == '=' {
			if i+2 >= len(token) {
				return "", false
			}
			high, low := strings.IndexByte("0123456789ABCDEF", token[i+1]), strings.IndexByte("0123456789ABCDEF", token[i+2])
			if c = byte(high<<4 | low); high < 0 || low < 0 || plain(c) {
				return "", false
			}
			i += 2
		} else if !plain(c) {
			return "", false
		}
		b.WriteByte(c)
	}
	return b.String(), token != ""
}

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}
