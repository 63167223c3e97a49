package pii

// The longest parts of an address, in bytes, as RFC 5321 has them.
const maxLocal, maxDomain = 64, 255

// email finds an e-mail address around an @ at i, not before from.
func (f *Finder) email(text string, i, from int) (start, end int, ok bool) {
	if !f.wanted[Email] {
		return 0, 0, false
	}
	start = i
	for start > from && i-start <= maxLocal && isLocal(text[start-1]) {
		start--
	}
	for start < i && (text[start] == '.' || text[start] == '-' || text[start] == '\'') {
		start++ // of the sentence
	}
	if start == i || i-start > maxLocal || text[i-1] == '.' {
		return 0, 0, false
	}
	end, ok = domain(text, i+1)
	return start, end, ok
}

// isLocal says whether b may stand before the @; so may letters of other scripts.
func isLocal(b byte) bool {
	switch b {
	case '.', '_', '%', '+', '-', '\'', '!', '#', '$', '&', '*', '/', '=', '?', '^', '`', '{', '|', '}', '~':
		return true
	}
	return isAlphanumeric(b) || b >= 0x80
}

// domain finds the end of a domain of two labels or more whose last one has two letters or
// more and no digit.
func domain(text string, i int) (end int, ok bool) {
	label, alphabetic := i, true // of the label that is being read
	for at := i; ; at++ {
		switch {
		case at < len(text) && (isLetter(text[at]) || text[at] >= 0x80):
			continue
		case at < len(text) && isDigit(text[at]):
			alphabetic = false
			continue
		case at < len(text) && text[at] == '-' && at > label:
			alphabetic = false
			continue
		}
		if at == label || at-i > maxDomain {
			return end, ok
		}
		if label > i && alphabetic && at-label >= 2 {
			end, ok = at, true
		}
		if at >= len(text) || text[at] != '.' {
			return end, ok
		}
		label, alphabetic = at+1, true
	}
}
