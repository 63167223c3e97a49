package batch

import "slices"

// lines is a set of the numbers of lines, of which most are the first ones.
type lines struct {
	Below  int   `json:"below"` // all of those
	Beyond []int `json:"beyond,omitempty"`
}

func (l *lines) has(n int) bool {
	if n < l.Below {
		return true
	}
	_, found := slices.BinarySearch(l.Beyond, n)
	return found
}

// add adds a line that is not there.
func (l *lines) add(n int) {
	if n > l.Below {
		at, _ := slices.BinarySearch(l.Beyond, n)
		l.Beyond = slices.Insert(l.Beyond, at, n)
		return
	}
	l.Below++
	gone := 0
	for gone < len(l.Beyond) && l.Beyond[gone] == l.Below {
		l.Below++
		gone++
	}
	l.Beyond = slices.Delete(l.Beyond, 0, gone)
}

// count is how many lines there are.
func (l *lines) count() int { return l.Below + len(l.Beyond) }
