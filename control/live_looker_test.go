package control

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/stretchr/testify/require"
)

func TestASlowReaderLosesTheOldestAndIsToldHowMany(t *testing.T) {
	k := newLooker(account.Root)
	for i := range liveWaiting + 7 {
		k.put([]byte(fmt.Sprint(i)))
	}
	waiting, skipped := k.take()
	require.Equal(t, 7, skipped)
	require.Len(t, waiting, liveWaiting)
	require.Equal(t, "7", string(waiting[0]))
	_, skipped = k.take()
	require.Zero(t, skipped)
}

func TestEventsAreNumberedAndTheLastAreKept(t *testing.T) {
	r := newRing()
	first, whole := r.since(r.stream, 0)
	require.True(t, whole)
	require.Empty(t, first)
	const beyond = 3 * liveKept / 2
	for range beyond {
		r.add(&happened{topic: "config"})
	}
	for _, seq := range []uint64{beyond, beyond - 1, beyond - liveKept} {
		missed, whole := r.since(r.stream, seq)
		require.True(t, whole)
		require.Len(t, missed, int(beyond-seq))
		for i, h := range missed {
			require.Equal(t, seq+1+uint64(i), h.seq)
		}
	}
	for _, seq := range []uint64{0, beyond - liveKept - 1, beyond + 1} {
		_, whole := r.since(r.stream, seq)
		require.False(t, whole, seq)
	}
}

func TestWhoHasMissedMoreThanCanWaitIsToldOfNothing(t *testing.T) {
	k := newLooker(account.Root)
	var missed []*happened
	for range liveWaiting/2 + 1 {
		missed = append(missed, &happened{topic: "config"})
	}
	require.False(t, k.repeat(missed))
	waiting, _ := k.take()
	require.Empty(t, waiting)
	require.True(t, k.repeat(missed[1:]))
	waiting, _ = k.take()
	require.Len(t, waiting, liveWaiting/2)
}

func TestMoreCallsThanOneAskedForAreSampledAndThatIsTold(t *testing.T) {
	k := newLooker(account.Root)
	k.ask(liveAsked{PerSecond: 3})
	told := func() (calls, sampled int) {
		waiting, _ := k.take()
		for _, text := range waiting {
			if strings.Contains(string(text), `"sampled"`) {
				sampled++
			} else {
				calls++
			}
		}
		return calls, sampled
	}
	for range 100 {
		k.second = 0 // a second that is over
		k.tellCall([]byte("first of a second"))
		for second := k.second; k.second == second && k.seen < 10; {
			k.tellCall([]byte("more"))
		}
		if calls, sampled := told(); sampled == 1 {
			require.LessOrEqual(t, calls, 6)
			return
		}
	}
	t.Fatal("it was never told that calls are left out")
}
