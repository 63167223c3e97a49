package nodes

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// Ledger returns how many calls the cluster's ledger has, and their output tokens.
func (c *Cluster) Ledger() (calls, output int64) {
	c.t.Helper()
	s := c.openLedger()
	defer s.Close()
	totals, err := s.Ledger().Sum(c.t.Context(), store.Filter{})
	require.NoError(c.t, err)
	for _, t := range totals {
		calls += t.Calls
		output += t.Usage.Output
	}
	return calls, output
}

// Rows returns the ledger's rows that match, at most 100,000.
func (c *Cluster) Rows(which store.Filter) []usage.Entry {
	c.t.Helper()
	s := c.openLedger()
	defer s.Close()
	rows, err := s.Ledger().Page(c.t.Context(), which, store.Place{}, 100_000)
	require.NoError(c.t, err)
	return rows
}

// KeepLedgerIn has control keep the ledger in PostgreSQL from now on, and returns the
// link by which it reaches it.
func (c *Cluster) KeepLedgerIn(server *servers.PostgresServer) *Link {
	c.t.Helper()
	link := Before(c.t, server.Address())
	c.ledger = server.Database(c.t)
	c.Store = strings.Replace(c.ledger, server.Address(), link.Address(), 1)
	c.Control.Stop()
	c.Control = c.StartControl()
	c.Control.Ready()
	return link
}

func (c *Cluster) openLedger() *store.Store {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), c.ledger)
	require.NoError(c.t, err)
	return s
}
