package secret

import "strings"

// marks are what [shaped] and [unshaped] find that is not told by its prefix and a hyphen or
// an underscore behind it.
var marks = [...]string{"AIza", "ya29.", "AKIA", "ASIA", "eyJ", "-----BEGIN"}

// prefixes are what keys begin with, before a hyphen or an underscore.
var prefixes = [...]string{
	"sk", "pk", "rk", "gsk", "csk", "xai", "sess", "vk", "r8", "hf", "nvapi", "pplx", "tgp", "fw",
	"ghp", "gho", "ghs", "ghu", "ghr", "github_pat", "xoxa", "xoxb", "xoxp", "xoxr", "xoxs",
}

// names end the names that [named] knows.
var names = [...]string{"key", "authorization", "token", "secret", "password", "passwd", "sig", "signature"}

// suspect says whether one of the expressions of [RedactKept] may find anything. They take
// a hundred times as long to say no, and most texts have nothing.
func suspect(s string) bool {
	for _, mark := range marks {
		if strings.Contains(s, mark) {
			return true
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-' || c == '_':
			for _, prefix := range prefixes {
				if before, ok := strings.CutSuffix(s[:i], prefix); ok && !endsInWord(before) {
					return true
				}
			}
		case c == ':' || c == '=':
			if isNamed(s[:i]) {
				return true
			}
		case c|0x20 == 'b' && len(s)-i >= len("basic "):
			if rest := s[i:]; strings.EqualFold(rest[:5], "basic") || strings.EqualFold(rest[:6], "bearer") {
				return true
			}
		case c == 0xc5 || c == 0xe2: // of ſ and of the Kelvin sign, which are an s and a k in another case
			if strings.HasPrefix(s[i:], "\u017f") || strings.HasPrefix(s[i:], "\u212a") {
				return true
			}
		}
	}
	return false
}

// endsInWord says whether no word can begin behind s.
func endsInWord(s string) bool {
	if s == "" {
		return false
	}
	c := s[len(s)-1]
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// isNamed says whether a text ends with a name that says what its value is.
func isNamed(s string) bool {
	s = strings.TrimRight(s, " \t\n\f\r")
	if n := len(s); n > 0 && (s[n-1] == '"' || s[n-1] == '\'') {
		s = s[:n-1]
	}
	s = strings.TrimSuffix(s, `\`)
	for _, name := range names {
		if from := len(s) - len(name); from >= 0 && strings.EqualFold(s[from:], name) {
			return true
		}
	}
	return false
}
