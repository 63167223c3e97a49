package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCallIDsAreDifferentAndInOrderOfTime(t *testing.T) {
	seen := map[string]bool{}
	began := time.UnixMilli(1_800_000_000_000)
	before := ""
	for node := range 3 {
		ids := NewCallIDs()
		for i := range 1000 {
			id := ids.Next(began.Add(time.Duration(node) * time.Second))
			s := id.String()
			require.Len(t, s, 32)
			require.False(t, seen[s])
			seen[s] = true
			if i == 0 {
				require.Greater(t, s, before)
				before = s
			}
		}
	}
}

func BenchmarkCallID(b *testing.B) {
	ids := NewCallIDs()
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		ids.Next(now)
	}
}
