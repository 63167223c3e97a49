package pii

// phone finds a phone number at i: with + or 00 and a country's code; as North America
// writes it, (212) 555-0123; or with a 0 before the area and something between its parts.
// Bare digits are no number, since most are something else.
func (f *Finder) phone(text string, i int) (end int, ok bool) {
	if !f.wanted[Phone] {
		return 0, false
	}
	var digits [16]byte
	n, parts, open := 0, 0, false
	at := i
	if text[at] == '+' {
		at++
	}
	for ; at < len(text); at++ {
		b := text[at]
		if isDigit(b) {
			if n == len(digits) {
				return 0, false
			}
			digits[n] = b
			n, end = n+1, at+1
			continue
		}
		switch {
		case b == '(' && !open:
			open = true
		case b == ')' && open:
			open = false
		case b == ' ' || b == '-' || b == '.' || b == '/':
			parts++
		default:
			b = 0
		}
		if b == 0 || at-end > 2 && n > 0 {
			break
		}
	}
	if n == 0 || open || !endsHere(text, end) {
		return 0, false
	}
	return end, isPhone(text[i:end], string(digits[:n]), parts)
}

func isPhone(written, digits string, parts int) bool {
	switch n := len(digits); {
	case written[0] == '+':
		return n >= 8 && n <= 15 && digits[0] != '0'
	case digits[0] == '0' && n > 2 && digits[1] == '0':
		return n >= 10 && digits[2] != '0' && parts > 0
	case digits[0] == '0':
		return n >= 9 && n <= 12 && parts > 0 && parts <= 5 && written[1] != '.'
	case n == 11 && digits[0] == '1':
		return parts >= 2 && northAmerican(digits[1:])
	case n == 10:
		return (parts >= 2 || written[0] == '(') && groupedNorthAmerican(written) && northAmerican(digits)
	}
	return false
}

// northAmerican says whether ten digits are a number of the North American plan.
func northAmerican(digits string) bool {
	return digits[0] >= '2' && digits[3] >= '2' && digits[1:3] != "11" && digits[4:6] != "11"
}

// groupedNorthAmerican says whether the digits stand in groups of three, three and four.
func groupedNorthAmerican(written string) bool {
	want, n := [...]int{3, 3, 4}, 0
	group := 0
	for i := 0; i <= len(written); i++ {
		if i < len(written) && isDigit(written[i]) {
			n++
			continue
		}
		if n > 0 {
			if group == len(want) || n != want[group] {
				return false
			}
			group, n = group+1, 0
		}
	}
	return group == len(want)
}
