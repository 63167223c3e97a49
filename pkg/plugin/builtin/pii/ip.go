package pii

import "net/netip"

// ipv4 finds an IPv4 address at i.
func ipv4(text string, i int) (end int, ok bool) {
	dots := 0
	for end = i; end < len(text) && end-i < len("255.255.255.255"); end++ {
		if text[end] == '.' && end+1 < len(text) && isDigit(text[end+1]) {
			dots++
		} else if !isDigit(text[end]) {
			break
		}
	}
	if dots != 3 || !endsHere(text, end) {
		return 0, false
	}
	_, err := netip.ParseAddr(text[i:end])
	return end, err == nil
}

const maxIPv6 = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")

// ipv6 finds an IPv6 address around a colon at i, not before from. It has at least three
// groups: a::b is a name in some languages.
func (f *Finder) ipv6(text string, i, from int) (start, end int, ok bool) {
	if !f.wanted[IP] {
		return 0, 0, false
	}
	start, end = i, i
	for start > from && i-start < maxIPv6 && isHex(text[start-1]) {
		start--
	}
	for end < len(text) && end-start <= maxIPv6 && (isHex(text[end]) || text[end] == ':' || text[end] == '.' && end+1 < len(text) && isDigit(text[end+1])) {
		end++
	}
	if end > i+1 && text[end-1] == ':' && text[end-2] != ':' {
		end-- // of the sentence
	}
	if end-start > maxIPv6 || !startsHere(text, start) || !endsHere(text, end) || groups(text[start:end]) < 3 {
		return 0, 0, false
	}
	_, err := netip.ParseAddr(text[start:end])
	return start, end, err == nil
}

// groups counts the groups of an address that have digits.
func groups(s string) (n int) {
	for i := range len(s) {
		if s[i] != ':' && (i == 0 || s[i-1] == ':') {
			n++
		}
	}
	return n
}

func isHex(b byte) bool {
	return isDigit(b) || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}
