package limits

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// askedEach are demands of so many calls minute by minute, each of so much.
func askedEach(start time.Time, amount int64, calls ...int64) []Demand {
	out := make([]Demand, len(calls))
	for i, n := range calls {
		out[i] = Demand{start.Add(time.Duration(i) * time.Minute), n, n * amount}
	}
	return out
}

func refusedOf(all []Rehearsed) []int64 {
	out := make([]int64, len(all))
	for i := range all {
		out[i] = all[i].Refused
	}
	return out
}

func TestWhatALimitWouldHaveRefused(t *testing.T) {
	noon := date(2026, 3, 1).Add(12 * time.Hour)
	for name, c := range map[string]struct {
		limit Limit
		asked []Demand
		want  []int64
	}{
		"a window gives back what is a period old": {Limit{Kind: Requests, Max: 10, Period: 2 * time.Minute}, askedEach(noon, 1, 6, 6, 6, 0, 20), []int64{0, 2, 0, 0, 10}},
		"a window of a width":                      {Limit{Kind: Requests, Max: 10, Period: time.Minute}, askedEach(noon, 1, 9, 12, 10), []int64{0, 2, 0}},
		"a window shorter than the width":          {Limit{Kind: Requests, Max: 1, Period: 10 * time.Second}, askedEach(noon, 1, 5, 8), []int64{0, 2}},
		"tokens by what calls used on average":     {Limit{Kind: Tokens, Max: 1000, Period: time.Minute}, askedEach(noon, 300, 3, 4), []int64{0, 1}},
		"a budget of the calendar begins anew":     {Limit{Kind: Money, Max: 100, Calendar: Day}, askedEach(date(2026, 3, 2).Add(-2*time.Minute), 40, 2, 2, 2, 2), []int64{0, 2, 0, 2}},
		"one without a period never does":          {Limit{Kind: Requests, Max: 3}, askedEach(noon, 1, 2, 2, 2), []int64{0, 1, 2}},
		"calls that used nothing need room, too":   {Limit{Kind: Tokens, Max: 100, Period: time.Hour}, []Demand{{noon, 1, 100}, {noon.Add(time.Minute), 2, 0}}, []int64{0, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, refusedOf(c.limit.Rehearse(c.asked, time.Minute)))
		})
	}
}

func TestARehearsalNeverAdmitsMoreThanTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limit{Kind: Tokens, Max: rapid.Int64Range(1, 1000).Draw(t, "max"), Period: time.Duration(rapid.IntRange(1, 5).Draw(t, "minutes")) * time.Minute}
		calls := rapid.SliceOfN(rapid.Int64Range(0, 50), 1, 40).Draw(t, "calls")
		asked := askedEach(date(2026, 3, 1), 1, calls...)
		for i := range asked {
			asked[i].Amount = rapid.Int64Range(0, 2000).Draw(t, "amount")
			if asked[i].Calls == 0 {
				asked[i].Amount = 0
			}
		}
		for _, r := range l.Rehearse(asked, time.Minute) {
			if r.Used < 0 || r.Used > l.Max || r.Refused < 0 || r.Refused > r.Calls {
				t.Fatalf("%+v of %+v", r, l)
			}
		}
	})
}
