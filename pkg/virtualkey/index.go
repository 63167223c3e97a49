package virtualkey

import "slices"

// index holds records by id, by name, by digest, and in the order of their making. Of a key
// whose value is rotated it lists one record: not what the old value leads on by, nor,
// while both are there, the one whose value is the old one. It is not safe for
// concurrent use.
type index struct {
	byID     map[string]*Record
	byName   map[string]*Record // of those of one name, the last
	byDigest map[string]*Record // also those that are not listed
	order    []*Record          // by place
}

func newIndex() *index { return indexOf(map[string]*Record{}) }

// find returns where a place is in the order, and whether a record is there.
func (x *index) find(p Place) (at int, there bool) {
	return slices.BinarySearchFunc(x.order, p, func(r *Record, p Place) int { return placeOf(r).compare(p) })
}

// put takes over a record, unless it has a newer one.
func (x *index) put(r *Record) {
	if was := x.byDigest[r.Digest]; was != nil {
		if was.Revision >= r.Revision {
			return
		}
		x.unlist(was)
	}
	x.byDigest[r.Digest] = r
	x.list(r)
}

// list lists a record, unless its key has another value by now.
func (x *index) list(r *Record) {
	other := x.byID[r.ID]
	if !r.goesBefore(other) {
		return
	}
	if other != nil {
		x.unlist(other)
	}
	x.byID[r.ID], x.byName[r.Name] = r, r
	at, _ := x.find(placeOf(r))
	x.order = slices.Insert(x.order, at, r)
}

// goesBefore says whether the record is the one to list of its key.
func (r *Record) goesBefore(other *Record) bool {
	switch {
	case r.Successor != "":
		return false
	case other == nil || r.Previous == other.Digest:
		return true
	}
	return other.Previous != r.Digest && r.Revision > other.Revision
}

func (x *index) unlist(r *Record) {
	if x.byID[r.ID] != r {
		return
	}
	delete(x.byID, r.ID)
	if x.byName[r.Name] == r {
		delete(x.byName, r.Name)
	}
	if at, there := x.find(placeOf(r)); there {
		x.order = slices.Delete(x.order, at, at+1)
	}
}

// remove takes off a record that is there. If the key has its old value still, that is
// the key again.
func (x *index) remove(r *Record) {
	x.unlist(r)
	delete(x.byDigest, r.Digest)
	if old := x.byDigest[r.Previous]; old != nil && old.ID == r.ID {
		x.list(old)
	}
}

// indexOf returns an index with records, of which no two have the same digest.
func indexOf(records map[string]*Record) *index {
	n := len(records)
	x := &index{byID: make(map[string]*Record, n), byName: make(map[string]*Record, n), byDigest: records, order: make([]*Record, 0, n)}
	for _, r := range records {
		if r.goesBefore(x.byID[r.ID]) {
			x.byID[r.ID] = r
		}
	}
	for _, r := range x.byID {
		x.byName[r.Name] = r
		x.order = append(x.order, r)
	}
	slices.SortFunc(x.order, func(a, b *Record) int { return placeOf(a).compare(placeOf(b)) })
	return x
}
