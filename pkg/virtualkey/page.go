package virtualkey

import (
	"cmp"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Query says which keys a page has; an empty field is no condition.
type Query struct {
	Search                     string // part of a name or of an id, in any case
	TeamID, CustomerID, UserID string
	Teams                      []string // ids; of any of these
	Owner, Tag                 string
	Active                     *bool

	Sort   Sort
	Desc   bool
	After  Place // the key that the page begins behind; the zero Place is before the first
	Offset int   // how many more of those that match to pass over
	Limit  int
}

// Sort is what keys are ordered by.
type Sort uint8

// The orders.
const (
	ByCreated Sort = iota
	ByName
	ByUpdated
	ByExpires // those that never expire come first
)

// Page is some keys, in the order of their making. The records must not be changed.
type Page struct {
	Records []*Record
	Total   int   // that match, on this page or not
	Next    Place // to go on behind; zero if there are no more
}

// Place is a place in an order of the keys. Keys that come and go elsewhere do not
// move it.
type Place struct {
	text  string // what is ordered by text
	nanos int64  // what is ordered by time, since 1970
	id    string
}

func placeOf(r *Record) Place { return ByCreated.placeOf(r) }

func (s Sort) placeOf(r *Record) Place {
	switch s {
	case ByName:
		return Place{text: strings.ToLower(r.Name), id: r.ID}
	case ByUpdated:
		return Place{nanos: r.Updated.UnixNano(), id: r.ID}
	case ByExpires:
		if r.Expires.IsZero() {
			return Place{id: r.ID}
		}
		return Place{nanos: r.Expires.UnixNano(), id: r.ID}
	}
	return Place{nanos: r.Created.UnixNano(), id: r.ID}
}

func (p Place) compare(q Place) int {
	return cmp.Or(strings.Compare(p.text, q.text), cmp.Compare(p.nanos, q.nanos), strings.Compare(p.id, q.id))
}

// Cursor returns the place as text; of the zero Place it is empty.
func (p Place) Cursor() string {
	if p == (Place{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.nanos, 36) + "." + strconv.Itoa(len(p.id)) + "." + p.id + p.text))
}

// ParseCursor undoes Cursor.
func ParseCursor(s string) (Place, error) {
	if s == "" {
		return Place{}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	time, rest, _ := strings.Cut(string(text), ".")
	size, rest, _ := strings.Cut(rest, ".")
	nanos, noTime := strconv.ParseInt(time, 36, 64)
	length, noSize := strconv.Atoi(size)
	if err != nil || noTime != nil || noSize != nil || length < 1 || length > len(rest) {
		return Place{}, errors.New("is not a cursor that a page has given")
	}
	return Place{rest[length:], nanos, rest[:length]}, nil
}

// wants says whether a key matches, search being in lower case.
func (q *Query) wants(r *Record, search string) bool {
	if len(q.Teams) > 0 && !slices.Contains(q.Teams, r.TeamID) {
		return false
	}
	for _, wanted := range [][2]string{{q.TeamID, r.TeamID}, {q.CustomerID, r.CustomerID}, {q.UserID, r.UserID}, {q.Owner, r.Owner}} {
		if wanted[0] != "" && wanted[0] != wanted[1] {
			return false
		}
	}
	if q.Tag != "" && !slices.Contains(r.Tags, q.Tag) || q.Active != nil && *q.Active != r.Active {
		return false
	}
	return search == "" || strings.Contains(strings.ToLower(r.Name), search) || strings.Contains(strings.ToLower(r.ID), search)
}

// isPlain says whether each key matches.
func (q *Query) isPlain() bool {
	return len(q.Teams) == 0 && q.Search == "" && q.TeamID == "" && q.CustomerID == "" && q.UserID == "" && q.Owner == "" && q.Tag == "" && q.Active == nil
}

// page answers a query. In the order of their making and without a condition it looks
// at no more than the keys it returns; else at all of them, as the total counts them.
func (x *index) page(q Query) Page {
	all := x.order
	if !q.isPlain() {
		all = x.matching(&q)
	}
	if q.Sort != ByCreated || q.Desc {
		if q.isPlain() {
			all = slices.Clone(all)
		}
		slices.SortFunc(all, func(a, b *Record) int { return q.compare(q.Sort.placeOf(a), q.Sort.placeOf(b)) })
	}
	start := 0
	if q.After != (Place{}) {
		at, there := slices.BinarySearchFunc(all, q.After, func(r *Record, p Place) int { return q.compare(q.Sort.placeOf(r), p) })
		if start = at; there {
			start++
		}
	}
	from := min(start+q.Offset, len(all))
	to := min(from+q.Limit, len(all))
	p := Page{Records: slices.Clone(all[from:to]), Total: len(all)}
	if to < len(all) && to > from {
		p.Next = q.Sort.placeOf(all[to-1])
	}
	return p
}

func (q *Query) compare(a, b Place) int {
	if q.Desc {
		return b.compare(a)
	}
	return a.compare(b)
}

func (x *index) matching(q *Query) (all []*Record) {
	search := strings.ToLower(q.Search)
	for _, r := range x.order {
		if q.wants(r, search) {
			all = append(all, r)
		}
	}
	return all
}
