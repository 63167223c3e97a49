package pool

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

func BenchmarkAFreeSlot(b *testing.B) {
	p := New(Options{Slots: 1000})
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.Acquire(time.Time{}, nil)
			p.Release()
		}
	})
	b.Run("contended", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				p.Acquire(time.Time{}, nil)
				p.Release()
			}
		})
	})
}

func BenchmarkWaitingForASlot(b *testing.B) {
	p := New(Options{Slots: 1, Queue: 100})
	deadline := time.Now().Add(time.Hour)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var cut upstream.Cut
		for pb.Next() {
			p.Acquire(deadline, &cut)
			p.Release()
		}
	})
}
