package store

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSpansHaveTheirTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(0, math.MaxInt64/4).Draw(t, "at")
		for level, width := range spanWidths {
			since, until := spanTime(spanAt(at, level))
			require.Equal(t, width, until-since)
			require.True(t, since <= at && at < until)
		}
	})
}

func TestSpansAreShorterWhereCallsAreMore(t *testing.T) {
	for rate, want := range map[int64]int{1: 0, 40: 0, 200: 1, 10_000: 2} {
		var p pace
		require.Equal(t, 1, p.levelFor(make([]row, 1)), "of what is not known yet")
		var level int
		for at := int64(0); at < 10_000; at += 10 {
			rows := make([]row, 10)
			for i := range rows {
				rows[i].TimeUS = (at + int64(i)) * 1_000_000 / rate
			}
			level = p.levelFor(rows)
		}
		require.Equal(t, want, level, rate)
	}
}
