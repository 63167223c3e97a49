package overflow

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATableHasWhatHasEnteredAndNotLeft(t *testing.T) {
	var table Table[int]
	list := func() (all []int) {
		table.Each(func(n int) { all = append(all, n) })
		return all
	}
	require.Empty(t, list())
	_, found := table.Find(1)
	require.False(t, found)
	_, found = table.Leave(1)
	require.False(t, found)

	table.Enter(1, 10)
	table.Enter(1+tableShards, 20) // in the same shard
	table.Enter(2, 30)
	require.ElementsMatch(t, []int{10, 20, 30}, list())
	n, found := table.Find(1 + tableShards)
	require.True(t, found)
	require.Equal(t, 20, n)
	n, found = table.Leave(1)
	require.True(t, found)
	require.Equal(t, 10, n)
	_, found = table.Leave(1)
	require.False(t, found)
	require.ElementsMatch(t, []int{20, 30}, list())
}

func TestWhatATableIsAskedForEachMayChangeIt(t *testing.T) {
	var table Table[ID]
	var entering sync.WaitGroup
	for i := range ID(8) {
		entering.Go(func() {
			for n := range ID(100) {
				table.Enter(i*100+n, i*100+n)
			}
		})
	}
	entering.Wait()
	left := 0
	table.Each(func(id ID) {
		if _, found := table.Leave(id); found {
			left++
		}
	})
	require.Equal(t, 800, left)
	table.Each(func(ID) { t.Error("it is empty") })
}
