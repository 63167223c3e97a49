package control

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnExchangeOfTheSecretKeyGoesThroughItsStates(t *testing.T) {
	for _, tc := range []struct {
		state    string
		unsealed int
		nodes    [][]string
	}{
		{exchangeNone, 0, [][]string{{"old"}, {"old"}}},
		{exchangeAccepting, 0, [][]string{{"old", "new"}, {"old"}}},
		{exchangeUsing, 0, [][]string{{"new", "old"}, {"old", "new"}}},
		{exchangeSealing, 3, [][]string{{"new", "old"}, {"new", "old"}}},
		{exchangeDone, 0, [][]string{{"new", "old"}, {"new", "old"}}},
		{exchangeAccepting, 0, [][]string{{"new", "old"}, {"new"}}},
		{exchangeNone, 0, [][]string{{"new"}, {"new"}}},
	} {
		var nodes []nodeSecretKeys
		for _, keys := range tc.nodes {
			nodes = append(nodes, nodeSecretKeys{Keys: keys})
		}
		require.Equal(t, tc.state, exchangeState(usesOf(nodes), len(nodes), tc.unsealed), tc.nodes)
	}
}
