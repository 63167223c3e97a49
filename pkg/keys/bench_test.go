package keys

import "testing"

// The goal is 20 ns and no allocation for three keys with two goroutines.
func BenchmarkPick(b *testing.B) {
	for name, weights := range map[string][]float64{
		"3 keys": {7, 2, 1},
		"8 keys": {1, 1, 1, 1, 1, 1, 1, 1},
	} {
		s := set(b, weights...)
		b.Run(name+" alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Pick(0, ^uint64(0), 800)
			}
		})
		b.Run(name+" contended", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					s.Pick(0, ^uint64(0), 800)
				}
			})
		})
	}
}
