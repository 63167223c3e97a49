package pool

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// TestSlotsAreNeverExceededNorLost has many calls acquire, release, run out of
// time and leave at random moments.
func TestSlotsAreNeverExceededNorLost(t *testing.T) {
	const slots, queue, calls, rounds = 3, 8, 16, 500
	p := New(Options{Slots: slots, Queue: queue})
	var busy, served atomic.Int64
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			for range rounds {
				var cut upstream.Cut
				var firing sync.WaitGroup
				deadline := time.Time{}
				switch rand.IntN(4) {
				case 0:
					deadline = time.Now().Add(rand.N(200 * time.Microsecond))
				case 1:
					firing.Go(cut.Fire)
				}
				if v, _ := p.Acquire(deadline, &cut); v == Local {
					if n := busy.Add(1); n > slots {
						t.Errorf("%d calls in %d slots", n, slots)
					}
					served.Add(1)
					for range rand.IntN(2000) {
						_ = cut.Fired()
					}
					busy.Add(-1)
					p.Release()
				}
				firing.Wait()
			}
		})
	}
	all.Wait()
	require.Positive(t, served.Load())
	requireStats(t, p, 0, 0, slots)
	for range slots {
		v, _ := p.Acquire(time.Time{}, &upstream.Cut{})
		require.Equal(t, Local, v)
	}
}

// TestNobodyWaitsForASlotThatIsFree has calls without deadlines hand two slots
// round: a wake-up that was lost would leave them waiting for ever.
func TestNobodyWaitsForASlotThatIsFree(t *testing.T) {
	p := New(Options{Slots: 2, Queue: 100})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var cut upstream.Cut
			for range 5000 {
				if v, _ := p.Acquire(time.Time{}, &cut); v != Local {
					t.Errorf("verdict %d", v)
					return
				}
				p.Release()
			}
		})
	}
	all.Wait()
	requireStats(t, p, 0, 0, 2)
}

// TestThePoolDoesAsItsModel runs random steps, one at a time, against a list of
// who should have a slot and who should wait in which order.
func TestThePoolDoesAsItsModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		slots := rapid.IntRange(1, 3).Draw(r, "slots")
		queue := rapid.IntRange(0, 4).Draw(r, "queue")
		p := New(Options{Slots: slots, Queue: queue})
		type waiting struct {
			cut  *upstream.Cut
			done <-chan outcome
		}
		var line []waiting
		busy := 0
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			switch rapid.IntRange(0, 2).Draw(r, "step") {
			case 0: // one more call
				cut := &upstream.Cut{}
				if busy < slots || len(line) == queue {
					v, _ := p.Acquire(time.Time{}, cut)
					if busy < slots {
						require.Equal(r, Local, v)
						busy++
					} else {
						require.Equal(r, Full, v)
					}
					break
				}
				line = append(line, waiting{cut, acquire(t, p, time.Time{}, cut)})
			case 1: // a slot is released
				if busy == 0 {
					break
				}
				p.Release()
				if len(line) == 0 {
					busy--
					break
				}
				require.Equal(r, Local, (<-line[0].done).verdict)
				line = line[1:]
			case 2: // one who waits leaves
				if len(line) == 0 {
					break
				}
				i := rapid.IntRange(0, len(line)-1).Draw(r, "who")
				line[i].cut.Fire()
				require.Equal(r, Canceled, (<-line[i].done).verdict)
				line = append(line[:i:i], line[i+1:]...)
			}
			b, w, _ := p.Stats()
			require.Equal(r, []int{busy, len(line)}, []int{b, w})
		}
		for _, w := range line {
			w.cut.Fire()
			<-w.done
		}
	})
}
