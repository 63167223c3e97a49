package memory

// Hot path.

import "time"

// spans is into how many parts a window is cut. What is counted within a part
// leaves the window together, when the last of it is a period old. So the window
// never holds more than the limit, and what it holds too long is less than a
// hundredth.
const spans = 100

// window counts in a sliding window. Parts are numbered as they come, and the
// numbers are not used again.
type window struct {
	total int64
	first int64  // number of the oldest part
	begin int64  // when the newest part began
	empty int64  // when all will have left
	parts []part // a ring; part n lies at n modulo its length, a power of two
	n     int64  // parts in the ring
}

// part is what was counted in one part of a window.
type part struct {
	last  int64 // when the last of it may have been used
	count int64
}

func (w *window) at(number int64) *part { return &w.parts[number&int64(len(w.parts)-1)] }

func (w *window) newest() *part { return w.at(w.first + w.n - 1) }

// advance lets go of what has left the window.
func (w *window) advance(now int64, period time.Duration) {
	for w.n > 0 && w.at(w.first).last+int64(period) <= now {
		w.total -= w.at(w.first).count
		w.first++
		w.n--
	}
}

// add counts an amount that is used now, or until so much later, and returns the
// number of the part that it was counted in.
func (w *window) add(now int64, period time.Duration, amount int64, spread time.Duration) int64 {
	until := now + int64(spread)
	if w.n == 0 || w.begin+int64(period)/spans <= now {
		if w.n > 0 {
			until = max(until, w.newest().last) // parts leave in their order
		}
		w.push(part{last: until})
		w.begin = now
	}
	p := w.newest()
	p.last = max(p.last, until)
	p.count += amount
	w.total += amount
	w.empty = p.last + int64(period)
	return w.first + w.n - 1
}

func (w *window) push(p part) {
	if w.n == int64(len(w.parts)) {
		w.grow()
	}
	w.n++
	*w.newest() = p
}

func (w *window) grow() {
	old := *w
	w.parts = make([]part, max(4, 2*len(old.parts)))
	for i := range old.n {
		*w.at(w.first + i) = *old.at(w.first + i)
	}
}

// amend adds to what was counted in a part, if it is still in the window.
func (w *window) amend(number, by int64) {
	if number >= w.first && number < w.first+w.n {
		w.at(number).count += by
		w.total += by
	}
}

// wait returns in how long excess will have left the window.
func (w *window) wait(now int64, period time.Duration, excess int64) time.Duration {
	for i := range w.n {
		p := w.at(w.first + i)
		if excess -= p.count; excess <= 0 {
			return time.Duration(p.last + int64(period) - now)
		}
	}
	return 0
}
