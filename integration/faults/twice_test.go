//go:build integration

package faults_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// What is published again under another id and by another node passes for new to NATS;
// the ledger knows better.
func TestABatchOfUsageThatComesAgainIsInTheLedgerOnce(t *testing.T) {
	const calls = 50
	c := nodes.StartCluster(t, 1, 2)
	for _, e := range c.Edges {
		asked(t, e, calls/2)
	}
	inLedger(t, c, calls)
	_, output := c.Ledger()

	stream, err := join(t, c, bus.Control).Bulk.JS.Stream(t.Context(), bus.Usage.Name)
	require.NoError(t, err)
	info, err := stream.Info(t.Context())
	require.NoError(t, err)
	require.NotZero(t, info.State.Msgs)
	again := usage.NewJetStream(join(t, c, bus.Edge))
	for n := info.State.FirstSeq; n <= info.State.LastSeq; n++ {
		batch, err := stream.GetMsg(t.Context(), n)
		require.NoError(t, err)
		require.NoError(t, again.Publish(t.Context(), fmt.Sprint("again-", n), batch.Data))
	}
	require.Eventually(t, func() bool { return metric(t, c.Control, "asbru_ledger_entries_total") >= 2*calls }, nodes.Patience, tick)
	counted, tokens := c.Ledger()
	require.EqualValues(t, calls, counted)
	require.Equal(t, output, tokens)
	require.Zero(t, metric(t, c.Control, "asbru_ledger_refused_total"))
}
