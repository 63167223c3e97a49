//go:build integration

package faults_test

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// metric is the sum of a metric's series on a node.
func metric(t *testing.T, node *nodes.Process, name string) (sum float64) {
	t.Helper()
	for _, found := range regexp.MustCompile(`(?m)^`+name+`(?:\{.*\})? (\S+)$`).FindAllStringSubmatch(metrics(t, node), -1) {
		value, err := strconv.ParseFloat(found[1], 64)
		require.NoError(t, err)
		sum += value
	}
	return sum
}

// goroutines is how many each node has.
func (r *trial) goroutines() map[string]float64 {
	r.t.Helper()
	have := map[string]float64{}
	for _, n := range r.serving() {
		have[n.Name] = metric(r.t, n, "go_goroutines")
	}
	return have
}

// idlers is how many goroutines more than at its start a node may have that does
// nothing: for connections that are kept.
const idlers = 20

// nothingIsLeft holds that when no calls are left, nothing of them is: no slot, no
// stream, no goroutine, and nothing was lost that should not be.
func (r *trial) nothingIsLeft(p provider, calm map[string]float64) {
	r.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	p.idle(r.t)
	for _, n := range r.serving() {
		for _, name := range []string{"asbru_pool_busy", "asbru_pool_waiting", "asbru_streams", "asbru_usage_spool_bytes"} {
			require.Eventually(r.t, func() bool { return metric(r.t, n, name) == 0 }, nodes.Patience, 10*tick, "%s of %s", name, n.Name)
		}
		for _, name := range []string{"asbru_panics_total", "asbru_usage_lost_total", "asbru_records_lost_total"} {
			require.Zero(r.t, metric(r.t, n, name), "%s of %s", name, n.Name)
		}
		require.Eventually(r.t, func() bool { return metric(r.t, n, "go_goroutines") <= calm[n.Name]+idlers }, nodes.Patience, 10*tick,
			"%s had %g goroutines", n.Name, calm[n.Name])
		r.t.Logf("%s has %g goroutines, and had %g", n.Name, metric(r.t, n, "go_goroutines"), calm[n.Name])
	}
	require.Zero(r.t, metric(r.t, r.Control, "asbru_ledger_refused_total"))
}
