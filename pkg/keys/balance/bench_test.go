package balance

import "testing"

// One exchange of one provider with three keys, Redis on the same machine.
func BenchmarkExchange(b *testing.B) {
	c, _ := open(b)
	n := join(b, Options{Redis: c}, 70, 20, 10)
	b.ReportAllocs()
	for b.Loop() {
		n.set.Pick(0, 0b111, 1)
		n.sync()
	}
}
