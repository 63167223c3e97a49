package words

// automaton finds many words at once (Aho and Corasick, 1975). Its steps are a table: of a
// state and the class of a byte, where all bytes that are in no word are of class 0.
type automaton struct {
	class   [256]uint8
	classes int32
	next    []int32 // of state*classes + class
	word    []int32 // of a state: the number of the word that ends there, or -1
	shorter []int32 // of a state: the nearest state with a word that ends there too, or 0
	length  []int32 // of a word
}

func newAutomaton(list []string) automaton {
	var a automaton
	a.classes = 1
	for _, w := range list {
		a.length = append(a.length, int32(len(w)))
		for i := range len(w) {
			if b := w[i]; a.class[b] == 0 {
				a.class[b] = uint8(a.classes)
				a.classes++
			}
		}
	}
	a.state()
	for n, w := range list {
		a.add(n, w)
	}
	a.link()
	return a
}

func (a *automaton) state() int32 {
	s := int32(len(a.word))
	a.next = append(a.next, make([]int32, a.classes)...)
	a.word, a.shorter = append(a.word, -1), append(a.shorter, 0)
	return s
}

// add lays a word into the tree of words.
func (a *automaton) add(n int, w string) {
	s := int32(0)
	for i := range len(w) {
		at := s*a.classes + int32(a.class[w[i]])
		if a.next[at] == 0 {
			a.next[at] = a.state()
		}
		s = a.next[at]
	}
	if a.word[s] < 0 {
		a.word[s] = int32(n)
	}
}

// link makes a table of the tree: where it has no branch, the step is that of the longest
// end of what was read that begins a word. States are taken by their depth.
func (a *automaton) link() {
	back := make([]int32, len(a.word)) // where a state's longest end is
	var queue []int32
	for c := range a.classes {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if b := back[s]; a.word[b] >= 0 {
			a.shorter[s] = b
		} else {
			a.shorter[s] = a.shorter[b]
		}
		for c := range a.classes {
			at, step := s*a.classes+c, a.next[back[s]*a.classes+c]
			if child := a.next[at]; child != 0 {
				back[child] = step
				queue = append(queue, child)
			} else {
				a.next[at] = step
			}
		}
	}
}

// append appends the matches that accept takes.
func (a *automaton) append(dst []Match, text string, accept func(start, end int) bool) []Match {
	s := int32(0)
	for i := range len(text) {
		s = a.next[s*a.classes+int32(a.class[text[i]])]
		if a.word[s] < 0 && a.shorter[s] == 0 {
			continue
		}
		for at := s; at != 0; at = a.shorter[at] {
			w := a.word[at]
			if w < 0 {
				continue
			}
			if start := i + 1 - int(a.length[w]); accept(start, i+1) {
				dst = append(dst, Match{start, i + 1, int(w)})
				break
			}
		}
	}
	return dst
}
