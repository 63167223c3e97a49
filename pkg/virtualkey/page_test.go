package virtualkey

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func recordOf(id string, created int64, revision uint64) *Record {
	return &Record{ID: id, Name: "Key " + id, TeamID: "t" + id[:1], Digest: "d" + id, Created: time.Unix(0, created), Revision: revision}
}

// TestPagesHaveEveryKeyThatMatchesInTheOrderOfTheirMaking compares an index under
// changes with a list that is sorted for each page.
func TestPagesHaveEveryKeyThatMatchesInTheOrderOfTheirMaking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, model := newIndex(), map[string]*Record{}
		for revision := range rapid.IntRange(0, 60).Draw(t, "changes") {
			id := fmt.Sprint(rapid.IntRange(0, 25).Draw(t, "id"))
			if was := s.byID[id]; was != nil && rapid.Bool().Draw(t, "remove") {
				s.remove(was)
				delete(model, id)
				continue
			}
			r := recordOf(id, rapid.Int64Range(0, 5).Draw(t, "created"), uint64(revision)+1)
			s.put(r)
			model[id] = r
			s.put(recordOf(id, 9, uint64(revision))) // an older change that comes late
		}
		require.ElementsMatch(t, s.order, indexOf(s.byDigest).order)
		require.True(t, slices.IsSortedFunc(s.order, func(a, b *Record) int { return placeOf(a).compare(placeOf(b)) }))

		q := Query{
			Search: rapid.SampledFrom([]string{"", "KEY 1", "2"}).Draw(t, "search"),
			TeamID: rapid.SampledFrom([]string{"", "t1"}).Draw(t, "team"),
			Limit:  rapid.IntRange(1, 7).Draw(t, "limit"),
		}
		var want []*Record
		for _, r := range model {
			if strings.Contains(strings.ToLower(r.Name), strings.ToLower(q.Search)) && (q.TeamID == "" || r.TeamID == q.TeamID) {
				want = append(want, r)
			}
		}
		slices.SortFunc(want, func(a, b *Record) int { return placeOf(a).compare(placeOf(b)) })

		for offset := 0; offset <= len(want); offset += q.Limit {
			at := q
			at.Offset = offset
			page := s.page(at)
			require.Equal(t, len(want), page.Total)
			require.ElementsMatch(t, want[offset:min(offset+q.Limit, len(want))], page.Records)
		}
		var got []*Record
		for {
			page := s.page(q)
			got = append(got, page.Records...)
			if page.Next == (Place{}) {
				break
			}
			var err error
			q.After, err = ParseCursor(page.Next.Cursor())
			require.NoError(t, err)
		}
		require.Equal(t, want, got)
	})
}

func TestACursorStaysWhereItIsWhenKeysComeAndGo(t *testing.T) {
	s := newIndex()
	for i := range 6 {
		s.put(recordOf(fmt.Sprint(i), int64(i), 1))
	}
	first := s.page(Query{Limit: 3})
	s.remove(s.byID["0"])
	s.remove(s.byID["2"]) // that the cursor is of
	s.put(recordOf("9", -1, 1))
	second := s.page(Query{Limit: 3, After: first.Next})
	require.Equal(t, []string{"3", "4", "5"}, []string{second.Records[0].ID, second.Records[1].ID, second.Records[2].ID})
	require.Empty(t, second.Next.Cursor())
}

func TestACursorThatNoPageGaveIsRefused(t *testing.T) {
	for _, bad := range []string{"x", "!", "YQ", "MS4", "LmE", "YS1iLmM"} {
		_, err := ParseCursor(bad)
		require.Error(t, err, bad)
	}
}

func TestWhatIsHeardWhileAllKeysAreReadIsNotLost(t *testing.T) {
	b := &Book{index: newIndex()}
	b.put(recordOf("gone long ago", 1, 3))
	b.setGone(map[string]uint64{})
	b.put(recordOf("new", 2, 11))
	b.put(recordOf("changed", 3, 12))
	b.remove("ddeleted", 13)
	b.take(map[string]*Record{
		"dchanged": recordOf("changed", 3, 5),
		"ddeleted": recordOf("deleted", 4, 6),
		"dold":     recordOf("old", 5, 7),
	}, 10)
	page, err := b.Page(t.Context(), Query{Limit: 10})
	require.NoError(t, err)
	ids := map[string]uint64{}
	for _, r := range page.Records {
		ids[r.ID] = r.Revision
	}
	require.Equal(t, map[string]uint64{"new": 11, "changed": 12, "old": 7}, ids)
}
