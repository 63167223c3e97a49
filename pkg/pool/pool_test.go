package pool

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// outcome is what an Acquire in another goroutine returned.
type outcome struct {
	verdict Verdict
	waited  time.Duration
}

// acquire runs Acquire in another goroutine and returns when it is in the queue.
func acquire(t *testing.T, p *Pool, deadline time.Time, cut *upstream.Cut) <-chan outcome {
	t.Helper()
	_, before, _ := p.Stats()
	done := make(chan outcome, 1)
	go func() {
		v, waited := p.Acquire(deadline, cut)
		done <- outcome{v, waited}
	}()
	await(t, func() bool { _, waiting, _ := p.Stats(); return waiting == before+1 })
	return done
}

// await returns when a condition that other goroutines bring about holds.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !holds(); runtime.Gosched() {
		require.True(t, time.Now().Before(limit), "the condition never held")
	}
}

func requireStats(t *testing.T, p *Pool, busy, waiting, slots int) {
	t.Helper()
	b, w, s := p.Stats()
	require.Equal(t, []int{busy, waiting, slots}, []int{b, w, s}, "busy, waiting, slots")
}

func TestASlotIsTakenUntilItIsReleased(t *testing.T) {
	p := New(Options{Slots: 2})
	for range 2 {
		v, waited := p.Acquire(time.Time{}, &upstream.Cut{})
		require.Equal(t, Local, v)
		require.Zero(t, waited)
	}
	requireStats(t, p, 2, 0, 2)
	v, _ := p.Acquire(time.Time{}, &upstream.Cut{})
	require.Equal(t, Full, v)
	p.Release()
	v, _ = p.Acquire(time.Time{}, &upstream.Cut{})
	require.Equal(t, Local, v)
}

func TestWaitersAreServedInOrder(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 10})
	p.Acquire(time.Time{}, &upstream.Cut{})
	var waiting []<-chan outcome
	for range 10 {
		waiting = append(waiting, acquire(t, p, time.Time{}, &upstream.Cut{}))
	}
	v, _ := p.Acquire(time.Time{}, &upstream.Cut{})
	require.Equal(t, Full, v)
	for i, first := range waiting {
		for _, later := range waiting[i:] {
			require.Empty(t, later)
		}
		p.Release()
		require.Equal(t, Local, (<-first).verdict)
	}
	p.Release()
	requireStats(t, p, 0, 0, 1)
}

func TestAWaiterWhoseCallIsCutLeavesTheQueue(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 3})
	p.Acquire(time.Time{}, &upstream.Cut{})
	var cut upstream.Cut
	first := acquire(t, p, time.Time{}, &upstream.Cut{})
	second := acquire(t, p, time.Time{}, &cut)
	third := acquire(t, p, time.Time{}, &upstream.Cut{})
	cut.Fire()
	require.Equal(t, Canceled, (<-second).verdict)
	requireStats(t, p, 1, 2, 1)
	p.Release()
	require.Equal(t, Local, (<-first).verdict)
	p.Release()
	require.Equal(t, Local, (<-third).verdict)
}

func TestACallThatWasCutBeforeDoesNotWait(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 1})
	p.Acquire(time.Time{}, &upstream.Cut{})
	var cut upstream.Cut
	cut.Fire()
	v, _ := p.Acquire(time.Time{}, &cut)
	require.Equal(t, Canceled, v)
	requireStats(t, p, 1, 0, 1)
}

func TestAWaiterLeavesWhenItsDeadlinePasses(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 1})
	p.Acquire(time.Time{}, &upstream.Cut{})
	v, waited := p.Acquire(time.Now().Add(10*time.Millisecond), &upstream.Cut{})
	require.Equal(t, TimedOut, v)
	require.GreaterOrEqual(t, waited, 10*time.Millisecond)
	v, _ = p.Acquire(time.Now().Add(-time.Second), &upstream.Cut{})
	require.Equal(t, TimedOut, v)
	requireStats(t, p, 1, 0, 1)
}

func TestASlotThatComesWithTheDeadlineIsGivenBack(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 2})
	p.Acquire(time.Time{}, &upstream.Cut{})
	deadline := time.Now().Add(time.Second)
	late := acquire(t, p, deadline, &upstream.Cut{})
	next := acquire(t, p, time.Time{}, &upstream.Cut{})
	p.mu.Lock() // nobody leaves the queue meanwhile
	<-time.After(time.Until(deadline))
	p.count(-1, 0)
	p.admit(time.Now())
	p.mu.Unlock()
	require.Equal(t, TimedOut, (<-late).verdict)
	require.Equal(t, Local, (<-next).verdict, "the slot goes to who has time left")
	requireStats(t, p, 1, 0, 1)
}

func TestOneWhoCouldNotBeServedInTimeIsRefusedAtOnce(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 10})
	p.pace.interval = time.Minute
	p.Acquire(time.Time{}, &upstream.Cut{})
	first := acquire(t, p, time.Now().Add(time.Second*20), &upstream.Cut{})
	v, expected := p.Acquire(time.Now().Add(time.Minute), &upstream.Cut{})
	require.Equal(t, Full, v)
	require.Equal(t, 2*time.Minute, expected)
	p.Release()
	require.Equal(t, Local, (<-first).verdict)
}

func TestWithDropNobodyWaits(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 10, Drop: true})
	p.Acquire(time.Time{}, &upstream.Cut{})
	v, _ := p.Acquire(time.Time{}, &upstream.Cut{})
	require.Equal(t, Full, v)
}

func TestWhoHasNoCallYetWaitsForASlotWhereNobodyElseMay(t *testing.T) {
	p := New(Options{Slots: 1, Drop: true})
	var cut upstream.Cut
	require.True(t, p.Await(&cut))
	got := make(chan bool)
	wait := func() {
		go func() { got <- p.Await(&cut) }()
		await(t, func() bool { _, waiting, _ := p.Stats(); return waiting == 1 })
	}
	wait()
	p.Release()
	require.True(t, <-got)
	wait()
	cut.Fire()
	require.False(t, <-got)
	requireStats(t, p, 1, 0, 1)
}

func TestMoreSlotsServeThoseWhoWaitAndFewerShrinkAsCallsLeave(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 10})
	p.Acquire(time.Time{}, &upstream.Cut{})
	a, b, c := acquire(t, p, time.Time{}, &upstream.Cut{}), acquire(t, p, time.Time{}, &upstream.Cut{}), acquire(t, p, time.Time{}, &upstream.Cut{})
	p.Resize(Options{Slots: 3, Queue: 10})
	require.Equal(t, Local, (<-a).verdict)
	require.Equal(t, Local, (<-b).verdict)
	requireStats(t, p, 3, 1, 3)
	p.Resize(Options{Slots: 1, Queue: 0})
	p.Release()
	p.Release()
	requireStats(t, p, 1, 1, 1)
	p.Release()
	require.Equal(t, Local, (<-c).verdict)
	p.Release()
	requireStats(t, p, 0, 0, 1)
}
