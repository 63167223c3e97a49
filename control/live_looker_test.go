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
