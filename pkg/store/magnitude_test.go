package store

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEveryNumberWithinTheBoundsIsInOneOfTheirClasses(t *testing.T) {
	number := rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64Range(0, math.MaxInt64/2))
	rapid.Check(t, func(t *rapid.T) {
		n := number.Draw(t, "n")
		f := LogFilter{MinTokens: min(n, number.Draw(t, "min")), MaxTokens: max(n, number.Draw(t, "max"))}
		f.MinCostNano, f.MaxCostNano = f.MinTokens, f.MaxTokens
		for _, m := range f.measures() {
			if m.column == "latency" {
				continue // the unit of a duration is shorter
			}
			require.Contains(t, m.classes(), magnitudeOf(n, m.unit))
			require.Contains(t, m.classes(), int64(noMagnitude))
		}
		more := number.Draw(t, "more")
		require.LessOrEqual(t, magnitudeOf(min(n, more), costUnit), magnitudeOf(max(n, more), costUnit))
	})
	narrow := LogFilter{MinTook: 1100 * time.Millisecond, MaxTook: 1200 * time.Millisecond}
	latency := narrow.measures()[0]
	require.Len(t, latency.classes(), 1)
}
