package pii

// The lengths of a card number, in digits.
const minCard, maxCard = 12, 19

// card finds a payment card's number at i: 12 to 19 digits that an issuer begins with and
// that have their check digit, in one piece or in groups that the same space or hyphen parts.
func card(text string, i int) (end int, ok bool) {
	var digits [maxCard]byte
	n, by, upTo := 0, byte(0), 0 // upTo: the end of a number that is whole before a space
	for end = i; end < len(text); end++ {
		b := text[end]
		if isDigit(b) {
			if n == maxCard {
				return upTo, upTo > 0
			}
			digits[n] = b
			n++
			continue
		}
		between := (b == ' ' || b == '-') && (by == 0 || by == b) && end+1 < len(text) && isDigit(text[end+1])
		if !between || n < 4 {
			break
		}
		if isCard(digits[:n]) {
			upTo = end
		}
		by = b
	}
	if endsHere(text, end) && isCard(digits[:n]) {
		return end, true
	}
	return upTo, upTo > 0
}

func isCard(digits []byte) bool {
	return len(digits) >= minCard && issued(string(digits)) && luhn(string(digits))
}

// endsHere says whether what ends before end is not part of a longer word, address or number.
func endsHere(text string, end int) bool {
	if end >= len(text) {
		return true
	}
	b := text[end]
	return !isAlphanumeric(b) && b != '_' && b != '@' && !((b == '.' || b == '-') && end+1 < len(text) && isDigit(text[end+1]))
}

// issuers are the ranges that card numbers begin with, in the digits of from, and the lengths
// that theirs have.
var issuers = []struct {
	from, to string
	min, max int
}{
	{"4", "4", 13, 19},       // Visa
	{"51", "55", 16, 16},     // Mastercard
	{"2221", "2720", 16, 16}, // Mastercard
	{"34", "34", 15, 15},     // American Express
	{"37", "37", 15, 15},     // American Express
	{"300", "305", 14, 19},   // Diners Club
	{"36", "36", 14, 19},     // Diners Club
	{"38", "39", 16, 19},     // Diners Club
	{"6011", "6011", 16, 19}, // Discover
	{"644", "649", 16, 19},   // Discover
	{"65", "65", 16, 19},     // Discover
	{"3528", "3589", 16, 19}, // JCB
	{"62", "62", 16, 19},     // UnionPay
	{"81", "81", 16, 19},     // UnionPay
	{"50", "50", 12, 19},     // Maestro
	{"56", "58", 12, 19},     // Maestro
	{"63", "63", 12, 19},     // Maestro
	{"67", "67", 12, 19},     // Maestro
}

func issued(number string) bool {
	for _, r := range issuers {
		if begin := number[:len(r.from)]; begin >= r.from && begin <= r.to && len(number) >= r.min && len(number) <= r.max {
			return true
		}
	}
	return false
}
