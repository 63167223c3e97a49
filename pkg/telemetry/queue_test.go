package telemetry

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQueueKeepsAllItHasRoomForInOrder(t *testing.T) {
	q := NewQueue(3, 2)
	for i := range 5 {
		require.Equal(t, i < 3, q.Put(&Record{Attempts: i}))
	}
	<-q.Ready()
	taken := q.Take()
	require.Len(t, taken, 3)
	for i := range taken {
		require.Equal(t, i, taken[i].Attempts)
	}
	require.Empty(t, q.Take())
	require.True(t, q.Put(&Record{}))
	require.Empty(t, q.Ready(), "one record is not enough")
}

func TestQueueLosesNothingUnderContention(t *testing.T) {
	const writers, each = 4, 5000
	q := NewQueue(writers*each, 100)
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range each {
				q.Put(&Record{Attempts: 1})
			}
		})
	}
	done := make(chan struct{})
	go func() { writing.Wait(); close(done) }()
	got := 0
	for open := true; open; {
		select {
		case <-q.Ready():
		case <-done:
			open = false
		}
		for _, r := range q.Take() {
			got += r.Attempts
		}
	}
	require.Equal(t, writers*each, got)
}

func BenchmarkQueuePut(b *testing.B) {
	q := NewQueue(1<<16, 100)
	r := exampleRecord()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		q.Put(&r)
		if n++; n == 1000 {
			q.Take()
			n = 0
		}
	}
}
