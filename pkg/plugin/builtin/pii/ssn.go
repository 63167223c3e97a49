package pii

// ssn finds a social security number of the United States at i, as 123-45-6789 or
// 123 45 6789, within the ranges that are given out.
func ssn(text string, i int) (end int, ok bool) {
	const length = 11
	end = i + length
	if len(text) < end || !endsHere(text, end) {
		return 0, false
	}
	s := text[i:end]
	if by := s[3]; by != '-' && by != ' ' || s[6] != by {
		return 0, false
	}
	for at := range s {
		if at != 3 && at != 6 && !isDigit(s[at]) {
			return 0, false
		}
	}
	area, group, serial := s[:3], s[4:6], s[7:]
	return end, area != "000" && area != "666" && area[0] != '9' && group != "00" && serial != "0000"
}
