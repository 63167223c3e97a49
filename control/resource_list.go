package control

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// listInput is what a list may be asked for.
type listInput struct {
	Named
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After  string `query:"after" doc:"Begin behind a page before: its next_cursor."`
	Offset int    `query:"offset" minimum:"0" maximum:"10000000" doc:"Objects to pass over. A list that changes shifts under it; after does not."`
	Search string `query:"search" maxLength:"200" doc:"Part of a text of the object, in any case."`
	SortBy string `query:"sort_by" maxLength:"100" doc:"A member to sort by. Absent: the order of the configuration."`
	Order  string `query:"order" enum:"asc,desc" default:"asc"`
	Fields string `query:"fields" doc:"Members that are wanted, with commas between them; absent, all." example:"id,name"`
}

func (h *resourceHandler) list(ctx context.Context, in *listInput) (*rawOutput, error) {
	after, err := parseListPlace(in.After)
	if err != nil {
		return nil, err
	}
	revision, d, all, err := h.redactedObjects(ctx, &in.Named)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o object) bool { return !h.wants(in, o) })
	if in.SortBy != "" {
		slices.SortStableFunc(all, in.compare)
	} else if in.Order == "desc" {
		slices.Reverse(all)
	}
	from := min(in.from(all, after)+in.Offset, len(all))
	to := min(from+in.Limit, len(all))
	if err := h.relate(ctx, d, in.Fields, all[from:to]); err != nil {
		return nil, err
	}
	page := make([]map[string]json.RawMessage, 0, to-from)
	for _, o := range all[from:to] {
		page = append(page, sparse(o.members, in.Fields))
	}
	members := map[string]any{h.r.many: page, "count": len(page), "total_count": len(all), "limit": in.Limit, "offset": in.Offset}
	if to < len(all) && to > from {
		last := all[to-1]
		members["next_cursor"] = listPlace{last.key, last.members[in.SortBy], to - 1}.cursor()
	}
	return answer(revision, members)
}

// wants says whether an object fits the filters and the search.
func (h *resourceHandler) wants(in *listInput, o object) bool {
	for _, filter := range h.r.filters {
		if want := in.Query(filter); want != "" && plain(o.members[filter]) != want {
			return false
		}
	}
	if tag := in.Query("tag"); tag != "" {
		var tags []string
		_ = json.Unmarshal(o.members["tags"], &tags) // what has none has not this one
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	if in.Search == "" {
		return true
	}
	search := strings.ToLower(in.Search)
	for _, member := range o.members {
		if strings.Contains(strings.ToLower(text(member)), search) {
			return true
		}
	}
	return false
}

// plain is a member as a parameter spells it: a string without its quotes.
func plain(member json.RawMessage) string {
	if s := text(member); s != "" {
		return s
	}
	return string(member)
}

// compare orders two objects by the member that was asked for, and by their keys
// where that is the same.
func (in *listInput) compare(a, b object) int {
	order := cmp.Or(compareMembers(a.members[in.SortBy], b.members[in.SortBy]), strings.Compare(a.key, b.key))
	if in.Order == "desc" {
		return -order
	}
	return order
}

// compareMembers orders numbers before texts, and what is not there before both.
func compareMembers(a, b json.RawMessage) int {
	var x, y float64
	isX, isY := json.Unmarshal(a, &x) == nil, json.Unmarshal(b, &y) == nil
	switch {
	case isX && isY:
		return cmp.Compare(x, y)
	case isX && b != nil:
		return -1
	case isY && a != nil:
		return 1
	}
	return strings.Compare(strings.ToLower(plain(a)), strings.ToLower(plain(b)))
}

// listPlace is a place in a list: an object, and where it would stand if it were gone.
type listPlace struct {
	Key    string          `json:"k"`
	Sorted json.RawMessage `json:"s,omitempty"`
	Index  int             `json:"i"`
}

func (p listPlace) cursor() string {
	text, _ := json.Marshal(p) // it was read as JSON
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseListPlace(cursor string) (*listPlace, error) {
	if cursor == "" {
		return nil, nil
	}
	p := &listPlace{}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	if err != nil || p.Index < 0 {
		return nil, invalid("query.after", "is not a cursor that a page has given")
	}
	return p, nil
}

// from is where a page begins that goes on behind a place.
func (in *listInput) from(all []object, after *listPlace) int {
	if after == nil {
		return 0
	}
	for i := range all {
		if all[i].key == after.Key {
			return i + 1
		}
	}
	if in.SortBy == "" {
		return min(after.Index, len(all))
	}
	gone := object{key: after.Key, members: map[string]json.RawMessage{in.SortBy: after.Sorted}}
	at, _ := slices.BinarySearchFunc(all, gone, in.compare)
	return at
}

// sparse leaves the members that are wanted.
func sparse(members map[string]json.RawMessage, fields string) map[string]json.RawMessage {
	if fields == "" {
		return members
	}
	kept := map[string]json.RawMessage{}
	for name := range strings.SplitSeq(fields, ",") {
		if value, ok := members[strings.TrimSpace(name)]; ok {
			kept[strings.TrimSpace(name)] = value
		}
	}
	return kept
}
