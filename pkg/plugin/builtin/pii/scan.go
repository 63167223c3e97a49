package pii

// The classes of bytes that a scan stops at.
const (
	letter = 1 << iota
	digit
	opens // + and (, with which a phone number may begin
	at    // @
	colon // of an IPv6 address
	dash  // of a private key's first line
)

var classes = func() (c [256]uint8) {
	for b := byte('a'); b <= 'z'; b++ {
		c[b] |= letter
		c[b-'a'+'A'] |= letter
	}
	for b := byte('0'); b <= '9'; b++ {
		c[b] |= digit
	}
	c['+'], c['('], c['@'], c[':'], c['-'] = opens, opens, at, colon, dash
	return c
}()

func isLetter(b byte) bool       { return classes[b]&letter != 0 }
func isDigit(b byte) bool        { return classes[b]&digit != 0 }
func isAlphanumeric(b byte) bool { return classes[b]&(letter|digit) != 0 }

// scan goes over the text once: what begins at a word's start is looked at there, an
// e-mail address at its @, and an IPv6 address at its first colon.
func (f *Finder) scan(dst []Match, text string) []Match {
	done := 0 // matches do not reach back beyond it
	take := func(start, end int, k Kind) int {
		dst, done = append(dst, Match{Start: start, End: end, Kind: k}), end
		return end
	}
	for i := 0; i < len(text); {
		switch c := classes[text[i]]; {
		case c == 0:
			i++
		case c&(letter|digit) != 0:
			if end, k, ok := f.word(text, i); ok {
				i = take(i, end, k)
				continue
			}
			i = pastWord(text, i)
		case c == opens:
			if end, ok := f.phone(text, i); ok && startsHere(text, i) {
				i = take(i, end, Phone)
				continue
			}
			i++
		case c == at:
			if start, end, ok := f.email(text, i, done); ok {
				i = take(start, end, Email)
				continue
			}
			i++
		case c == colon:
			if start, end, ok := f.ipv6(text, i, done); ok {
				i = take(start, end, IP)
				continue
			}
			i++
		default:
			if end, ok := f.privateKey(text, i); ok {
				i = take(i, end, APIKey)
				continue
			}
			i++
		}
	}
	return dst
}

// startsHere says whether no word goes over i, as it does in 5+12345678.
func startsHere(text string, i int) bool {
	return i == 0 || !isAlphanumeric(text[i-1]) && text[i-1] != '_'
}

// word looks at a word that begins at i: letters and digits, behind something else.
func (f *Finder) word(text string, i int) (end int, k Kind, ok bool) {
	if i > 0 && (isAlphanumeric(text[i-1]) || text[i-1] == '_' || text[i-1] >= 0x80 && isLetter(text[i])) {
		return 0, 0, false
	}
	if isDigit(text[i]) {
		return f.number(text, i)
	}
	if f.wanted[IBAN] && len(text)-i >= minIBAN && isDigit(text[i+2]) && isDigit(text[i+3]) {
		if end, ok := iban(text, i); ok {
			return end, IBAN, true
		}
	}
	if f.wanted[APIKey] {
		if end, ok := apiKey(text, i); ok {
			return end, APIKey, true
		}
	}
	return 0, 0, false
}

// number looks at what begins with a digit. What is more exact is tried first.
func (f *Finder) number(text string, i int) (end int, k Kind, ok bool) {
	if i > 0 && (text[i-1] == '.' || text[i-1] == '-') && i > 1 && isDigit(text[i-2]) {
		return 0, 0, false // the middle of a longer number
	}
	if f.wanted[IP] {
		if end, ok := ipv4(text, i); ok {
			return end, IP, true
		}
	}
	if f.wanted[SSN] {
		if end, ok := ssn(text, i); ok {
			return end, SSN, true
		}
	}
	if f.wanted[Card] {
		if end, ok := card(text, i); ok {
			return end, Card, true
		}
	}
	if end, ok := f.phone(text, i); ok {
		return end, Phone, true
	}
	return 0, 0, false
}

func pastWord(text string, i int) int {
	for i < len(text) && isAlphanumeric(text[i]) {
		i++
	}
	return i
}
