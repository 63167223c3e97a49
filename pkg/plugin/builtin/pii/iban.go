package pii

// ibanLengths are the lengths of the countries' IBANs, from the registry of ISO 13616.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
	"IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
	"LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18,
	"NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31,
	"SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29,
	"VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// The lengths of an IBAN.
const minIBAN, maxIBAN = 15, 34

// iban finds an IBAN at i, where at least the shortest has room, in upper or lower case, in one piece or in groups.
func iban(text string, i int) (end int, ok bool) {
	country := [2]byte{upper(text[i]), upper(text[i+1])}
	length := ibanLengths[string(country[:])]
	if length == 0 {
		return 0, false
	}
	var kept [maxIBAN]byte
	n := 0
	for end = i; end < len(text) && n < length; end++ {
		b := text[end]
		switch {
		case isAlphanumeric(b):
			kept[n] = upper(b)
			n++
		case (b == ' ' || b == '-') && n%4 == 0 && isAlphanumeric(text[end-1]):
		default:
			return 0, false
		}
	}
	return end, n == length && endsHere(text, end) && mod97(string(kept[:n]))
}

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}
