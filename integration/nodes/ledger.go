package nodes

import (
	"path/filepath"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/store"
)

// Ledger returns how many calls the cluster's ledger has, and their output tokens.
func (c *Cluster) Ledger() (calls, output int64) {
	c.t.Helper()
	for _, t := range c.Totals(store.Filter{}) {
		calls += t.Calls
		output += t.Usage.Output
	}
	return calls, output
}

// Totals sums up the part of the ledger that a filter names.
func (c *Cluster) Totals(which store.Filter) []store.Total {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), "sqlite:"+filepath.Join(c.Dir, "control", "asbru.db"))
	require.NoError(c.t, err)
	defer s.Close()
	totals, err := s.Ledger().Sum(c.t.Context(), which)
	require.NoError(c.t, err)
	return totals
}
