package virtualkey

import "slices"

// index holds records by id, by name, by digest, and in the order of their making. It is not
// safe for concurrent use.
type index struct {
	byID     map[string]*Record
	byName   map[string]*Record // of those of one name, the last
	byDigest map[string]*Record
	order    []*Record // by place
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
		x.remove(was)
	}
	x.byID[r.ID], x.byName[r.Name], x.byDigest[r.Digest] = r, r, r
	at, _ := x.find(placeOf(r))
	x.order = slices.Insert(x.order, at, r)
}

// remove takes off a record that is there.
func (x *index) remove(r *Record) {
	delete(x.byID, r.ID)
	delete(x.byDigest, r.Digest)
	if x.byName[r.Name] == r {
		delete(x.byName, r.Name)
	}
	if at, there := x.find(placeOf(r)); there {
		x.order = slices.Delete(x.order, at, at+1)
	}
}

// indexOf returns an index with records, of which no two have the same digest.
func indexOf(records map[string]*Record) *index {
	n := len(records)
	x := &index{byID: make(map[string]*Record, n), byName: make(map[string]*Record, n), byDigest: records, order: make([]*Record, 0, n)}
	for _, r := range records {
		x.byID[r.ID], x.byName[r.Name] = r, r
		x.order = append(x.order, r)
	}
	slices.SortFunc(x.order, func(a, b *Record) int { return placeOf(a).compare(placeOf(b)) })
	return x
}
