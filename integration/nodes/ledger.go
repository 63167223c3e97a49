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

// Rows returns the rows of the ledger that match.
func (c *Cluster) Rows(which store.Filter) []usage.Entry {
	c.t.Helper()
	s := c.openLedger()
	defer s.Close()
	var rows []usage.Entry
	for after := (store.Place{}); ; after = store.PlaceOf(&rows[len(rows)-1]) {
		page, err := s.Ledger().Page(c.t.Context(), which, after, 10_000)
		require.NoError(c.t, err)
		if rows = append(rows, page...); len(page) == 0 {
			return rows
		}
	}
}

// RowCount is how many rows the ledger has.
func (c *Cluster) RowCount(which store.Filter) int {
	c.t.Helper()
	s := c.openLedger()
	defer s.Close()
	totals, err := s.Ledger().Sum(c.t.Context(), which)
	require.NoError(c.t, err)
	return int(totals[0].Calls)
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
