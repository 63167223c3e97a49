package virtualkey

import (
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
	Owner, Tag                 string
	Active                     *bool

	After  Place // the key that the page begins behind; the zero Place is before the first
	Offset int   // how many more of those that match to pass over
	Limit  int
}

// Page is some keys, in the order of their making. The records must not be changed.
type Page struct {
	Records []*Record
	Total   int   // that match, on this page or not
	Next    Place // to go on behind; zero if there are no more
}

// Place is a place in the order of the keys. Keys that come and go elsewhere do not
// move it.
type Place struct {
	created int64 // nanoseconds since 1970
	id      string
}

func placeOf(r *Record) Place { return Place{r.Created.UnixNano(), r.ID} }

func (p Place) compare(q Place) int {
	switch {
	case p.created < q.created:
		return -1
	case p.created > q.created:
		return 1
	}
	return strings.Compare(p.id, q.id)
}

// Cursor returns the place as text; of the zero Place it is empty.
func (p Place) Cursor() string {
	if p == (Place{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.created, 36) + "." + p.id))
}

// ParseCursor undoes Cursor.
func ParseCursor(s string) (Place, error) {
	if s == "" {
		return Place{}, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(s)
	created, id, ok := strings.Cut(string(text), ".")
	nanos, notNumber := strconv.ParseInt(created, 36, 64)
	if err != nil || !ok || notNumber != nil || id == "" {
		return Place{}, errors.New("is not a cursor that a page has given")
	}
	return Place{nanos, id}, nil
}

// wants says whether a key matches, search being in lower case.
func (q *Query) wants(r *Record, search string) bool {
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
	return q.Search == "" && q.TeamID == "" && q.CustomerID == "" && q.UserID == "" && q.Owner == "" && q.Tag == "" && q.Active == nil
}

// page answers a query. Without a condition it looks at no more than the keys it
// returns; with one, at all of them, as the total counts them.
func (x *index) page(q Query) Page {
	start := 0
	if q.After != (Place{}) {
		at, there := x.find(q.After)
		if start = at; there {
			start++
		}
	}
	if q.isPlain() {
		from := min(start+q.Offset, len(x.order))
		to := min(from+q.Limit, len(x.order))
		return paged(slices.Clone(x.order[from:to]), len(x.order), to < len(x.order))
	}
	var records []*Record
	total, behind, search := 0, 0, strings.ToLower(q.Search)
	for i, r := range x.order {
		if !q.wants(r, search) {
			continue
		}
		total++
		if i < start {
			continue
		}
		if behind++; behind > q.Offset && len(records) < q.Limit {
			records = append(records, r)
		}
	}
	return paged(records, total, behind > q.Offset+len(records))
}

func paged(records []*Record, total int, more bool) Page {
	p := Page{Records: records, Total: total}
	if more && len(records) > 0 {
		p.Next = placeOf(records[len(records)-1])
	}
	return p
}
