//go:build integration

package faults_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// unwritten is how long an edge may keep a call's record in memory, with room for
// what a busy machine adds.
const unwritten = time.Second

var callID = regexp.MustCompile(`call-\d{6}`)

// account is a call as the three who know of it have it.
type account struct {
	tries  []outcome              // its callers
	rows   map[string]usage.Entry // the ledger, of each try
	served int                    // the provider
}

// unwritten says whether the provider was asked more often than the ledger knows.
func (a *account) unwritten() bool {
	n := 0
	for _, e := range a.rows {
		n += e.Attempts
	}
	return a.served > n
}

// ledgerAgrees holds that the ledger has each call once and as its caller saw it, with
// the tokens that the provider counted; only a process that was killed may have taken
// with it what it had in memory.
func (r *trial) ledgerAgrees(p provider) {
	r.t.Helper()
	served := map[string]int{}
	for _, q := range p.Requests() {
		if id := callID.Find(q.Body); id != nil {
			served[string(id)]++
		}
	}
	var accounts map[string]*account
	require.Eventually(r.t, func() bool {
		accounts = r.accounts(served)
		for a := range maps.Values(accounts) {
			if a.unwritten() && !r.lost(a) {
				return false
			}
		}
		return true
	}, 3*nodes.Patience, 50*tick, "calls are not in the ledger; what a control that died had taken comes again after half a minute")
	var output int64
	lost := 0
	for _, a := range accounts {
		if a.unwritten() {
			lost++
		}
		for _, o := range a.tries {
			output += r.agrees(a, o)
		}
	}
	r.t.Logf("%d calls, %d output tokens in the ledger, %d calls lost with a process", len(accounts), output, lost)
}

// accounts puts together what all know of each call.
func (r *trial) accounts(served map[string]int) map[string]*account {
	r.t.Helper()
	all := map[string]*account{}
	for _, o := range r.load.outcomes {
		a := all[o.call]
		if a == nil {
			a = &account{served: served[o.call], rows: map[string]usage.Entry{}}
			all[o.call] = a
		}
		a.tries = append(a.tries, o)
	}
	for _, e := range r.Rows(store.Filter{}) {
		if name := callID.FindString(e.RequestID); name != "" {
			a := all[name]
			require.NotNil(r.t, a, "the ledger has a call that nobody made: %+v", e)
			require.NotContains(r.t, a.rows, e.RequestID, "a call is in the ledger twice")
			a.rows[e.RequestID] = e
		}
	}
	return all
}

// agrees holds that a try's row says what its caller saw, and returns the row's tokens
// if all of the answer came.
func (r *trial) agrees(a *account, o outcome) int64 {
	r.t.Helper()
	e, found := a.rows[o.id]
	if o.replayed {
		require.False(r.t, found, "what was told again is paid again: %+v", o)
		return 0
	}
	if !found {
		require.True(r.t, !o.whole || r.died(o), "a call is not in the ledger: %+v", o)
		return 0
	}
	if o.status != 0 && o.status != http.StatusOK {
		require.Equal(r.t, o.status, e.Status, "%+v %+v", o, e)
	}
	if !o.whole {
		return 0
	}
	require.Equal(r.t, http.StatusOK, e.Status, "%+v %+v", o, e)
	require.False(r.t, e.Truncated, "%+v %+v", o, e)
	require.Equal(r.t, 2, e.Certainty(), "%+v %+v", o, e)
	require.Equal(r.t, o.output, strconv.FormatInt(e.Usage.Output, 10), "%+v %+v", o, e)
	require.Positive(r.t, a.served, "an answer that the provider never gave: %+v", o)
	return e.Usage.Output
}

// died says whether the edge of a try was killed before it had written it down.
func (r *trial) died(o outcome) bool {
	return slices.ContainsFunc(r.kills, func(k kill) bool {
		return k.name == o.edge.Name && k.at.After(o.begun) && k.at.Before(o.end.Add(unwritten))
	})
}

// lost says whether a call, or one attempt at it, may have been lost: with the edge of
// one of its tries; or with NATS, when the worker that had it settles it with the one
// attempt that it knows of, while the edge makes another. Whoever tells first counts.
func (r *trial) lost(a *account) bool {
	return slices.ContainsFunc(a.tries, func(o outcome) bool { return r.died(o) || len(a.rows) > 0 && r.withoutNATS(o) })
}

// withoutNATS says whether a NATS server was killed while a try went on.
func (r *trial) withoutNATS(o outcome) bool {
	return slices.ContainsFunc(r.kills, func(k kill) bool {
		return strings.HasPrefix(k.name, "nats-") && k.at.After(o.begun) && k.at.Before(o.end)
	})
}
