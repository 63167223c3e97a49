package pii

// luhn says whether the digits of s have the check digit of ISO/IEC 7812. What is no
// digit is passed over.
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		if !isDigit(s[i]) {
			continue
		}
		d := int(s[i] - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		n++
	}
	return n > 1 && sum%10 == 0
}

// mod97 says whether s, in upper case, has the check digits of ISO 7064 as an IBAN has
// them: behind two letters.
func mod97(s string) bool {
	if len(s) < 5 {
		return false
	}
	rest := 0
	for i := range len(s) {
		switch b := s[(i+4)%len(s)]; {
		case isDigit(b):
			rest = (rest*10 + int(b-'0')) % 97
		case b >= 'A' && b <= 'Z':
			rest = (rest*100 + int(b-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}
