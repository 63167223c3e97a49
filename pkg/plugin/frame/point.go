package frame

import "github.com/asbru-gateway/asbru/pkg/plugin"

// Version is what frames of this form have in their member asbru.
const Version = 1

// Points is a set of points.
type Points uint16

// Of returns the set of the named points; false where one of them is none.
func Of(names ...string) (set Points, ok bool) {
	known := map[string]plugin.Point{}
	for _, p := range plugin.Points() {
		known[p.String()] = p
	}
	for _, name := range names {
		p, ok := known[name]
		if !ok {
			return 0, false
		}
		set |= 1 << p
	}
	return set, true
}

// All is the set of all points.
func All() (set Points) {
	for _, p := range plugin.Points() {
		set |= 1 << p
	}
	return set
}

// Has says whether a point is in the set.
func (s Points) Has(p plugin.Point) bool { return s&(1<<p) != 0 }
