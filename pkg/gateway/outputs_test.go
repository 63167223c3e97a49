package gateway

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNineOfTenAnswersStayBelowWhatIsExpected(t *testing.T) {
	at := modelAt{"openai", "gpt-5"}
	for name, draw := range map[string]func(*rand.Rand) int64{
		"all alike":       func(*rand.Rand) int64 { return 500 },
		"any up to 1,000": func(r *rand.Rand) int64 { return r.Int64N(1000) },
		"short, and long": func(r *rand.Rand) int64 { return []int64{20, 4000}[r.IntN(10)/8] },
		"few long ones":   func(r *rand.Rand) int64 { return int64(100 * r.ExpFloat64()) },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			var o outputs
			var below, lengths []int64
			for range 4000 {
				n := draw(r)
				o.note(at, n)
				lengths = append(lengths, n)
			}
			slices.Sort(lengths)
			likely := o.likely(at, 0)
			for _, n := range lengths {
				if n <= likely+likely/20 { // it comes near by steps
					below = append(below, n)
				}
			}
			require.InDelta(t, 0.9, float64(len(below))/float64(len(lengths)), 0.1, "%d", likely)
			require.LessOrEqual(t, o.likely(at, 7), int64(7), "no more than is allowed")
		})
	}
}

func TestOfAnUnknownModelAFewTokensAreExpected(t *testing.T) {
	var o outputs
	at := modelAt{"openai", "gpt-5"}
	require.EqualValues(t, usualOutput, o.likely(at, 0))
	require.EqualValues(t, 500, o.likely(at, 500))
	require.EqualValues(t, mostUnknown, o.likely(at, 64_000))
	o.note(at, 20)
	require.EqualValues(t, 20, o.likely(at, 64_000), "the first answer is all that is known")
	o.note(at, 300)
	o.note(at, 10)
	require.EqualValues(t, 300, o.likely(at, 64_000), "of few the longest counts")
	for i := range 2 * maxOutputs {
		o.note(modelAt{"openai", string(rune('a' + i))}, 1)
	}
	require.Len(t, o.all, maxOutputs)
}
