//go:build integration

package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// soaked is a call of the soak.
type soaked struct {
	name, does string
	stream     bool
	leaves     bool // the caller does not wait for the end
	status     int  // that the ledger is to have
}

// manyCalls are those of an hour at a small office, in another order than theirs: of a
// hundred, so many do this or that.
func manyCalls(n int) []soaked {
	kinds := []struct {
		percent int
		soaked
	}{
		{61, soaked{does: "answers", status: http.StatusOK}},
		{24, soaked{does: "answers", stream: true, status: http.StatusOK}},
		{5, soaked{does: "fails once", status: http.StatusOK}},
		{3, soaked{does: "fails", status: http.StatusInternalServerError}},
		{4, soaked{does: "is long", stream: true, leaves: true, status: 499}},
		{3, soaked{does: "waits", leaves: true, status: 499}},
	}
	var all []soaked
	for i := range n {
		at := i * 37 % 100
		for _, kind := range kinds {
			if at -= kind.percent; at < 0 {
				call := kind.soaked
				call.name = fmt.Sprint("c", i)
				all = append(all, call)
				break
			}
		}
	}
	return all
}

// make makes a call at an edge.
func (s *soaked) make(t *testing.T, m *meter, edge *nodes.Process, key string) {
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	if s.does == "waits" {
		go func() {
			for pause(ctx, time.Millisecond) && m.triesOf(s.name) == 0 {
			}
			leave()
		}()
	}
	res, err := ask(ctx, edge, key, s.name, s.does, s.stream)
	if err != nil {
		if !s.leaves {
			t.Error(s.name, err)
		}
		return
	}
	defer res.Body.Close()
	if s.leaves {
		line, _ := bufio.NewReader(res.Body).ReadString('\n')
		if line == "" {
			t.Error(s.name, "nothing came of a stream")
		}
		return
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != s.outcome(m) {
		t.Error(s.name, s.does, res.StatusCode, err)
	}
}

// outcome is the status that a call ends with. Retries have a budget: of what fails once,
// not all need have been tried again.
func (s *soaked) outcome(m *meter) int {
	if s.does == "fails once" && m.triesOf(s.name) == 1 {
		return http.StatusInternalServerError
	}
	return s.status
}

// soakCalls is how many calls a soak has: those of ASBRU_SOAK_CALLS. An hour at 100 calls a
// second is 360000.
func soakCalls(t *testing.T) int {
	asked := os.Getenv("ASBRU_SOAK_CALLS")
	if asked == "" {
		return 3000
	}
	n, err := strconv.Atoi(asked)
	require.NoError(t, err)
	return n
}

func TestTheLedgerHasAnHourOfCallsAsTheProviderDoes(t *testing.T) {
	const atOnce, users = 32, 3
	n := soakCalls(t)
	c, m, counts := metered(t, 2)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"governance":{"teams":[{"id":"soak","budget":{"max_limit":1000000,"reset_duration":"1M","calendar_aligned":true}}]}}`)
	var ids, keys []string
	for range users {
		id, key := c.NewKey(`,"team_id":"soak","budget":{"max_limit":1000000,"reset_duration":"1M","calendar_aligned":true}`)
		ids, keys = append(ids, id), append(keys, key)
	}
	all := manyCalls(n)
	began := time.Now()
	var calling sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for i := range all {
		turns <- struct{}{}
		calling.Go(func() {
			defer func() { <-turns }()
			all[i].make(t, m, c.Edges[i%len(c.Edges)], keys[i%users])
		})
	}
	calling.Wait()
	require.False(t, t.Failed())
	t.Logf("%d calls made, %.0f a second", n, float64(n)/time.Since(began).Seconds())

	tried := store.Filter{Tried: true}
	require.Eventually(t, func() bool { return c.RowCount(tried) >= n }, nodes.Patience, 100*time.Millisecond)
	rows := c.Rows(tried)
	require.Len(t, rows, n, "one row for each call")
	byName := make(map[string]*usage.Entry, n)
	spent := map[string]int64{}
	for i := range rows {
		byName[rows[i].RequestID] = &rows[i]
		spent["vk:"+rows[i].VirtualKey] += rows[i].CostNano
		spent["team:"+rows[i].Team] += rows[i].CostNano
	}
	for _, call := range all {
		row := byName[call.name]
		require.NotNil(t, row, call.name)
		require.Equal(t, m.triesOf(call.name), row.Attempts, "%+v", call)
		require.Equal(t, call.outcome(m), row.Status, "%+v", call)
		told, answered := m.usedBy(call.name)
		switch {
		case answered:
			require.Equal(t, [2]int64{told.input, told.output}, [2]int64{row.Usage.Input, row.Usage.Output}, "%+v", call)
			require.Equal(t, told.nano(), row.CostNano, "%+v", call)
			require.False(t, row.Usage.Estimated, "%+v", call)
		case call.does == "is long":
			require.True(t, row.Usage.Estimated, "%+v", call)
			require.Positive(t, row.Usage.Output, "%+v", call)
		case call.does == "fails":
			require.Zero(t, row.CostNano, "%+v", call)
		}
	}
	of := []*limits.Limit{{ID: "team:soak:money", Group: "team:soak", Kind: limits.Money, Calendar: limits.Month}}
	want := []int64{spent["team:soak"]}
	for _, id := range ids {
		of, want = append(of, budgetOf(id, limits.MostMax)), append(want, spent["vk:"+id])
	}
	require.Eventually(t, func() bool {
		usages, err := counts.Usages(t.Context(), of)
		require.NoError(t, err)
		for i, u := range usages {
			if u.Used != want[i] || u.Held != 0 || u.Unsettled != 0 {
				return false
			}
		}
		return true
	}, nodes.Patience, 100*time.Millisecond, "the counts are the ledger's: %v", want)
	require.Positive(t, want[0])
	t.Logf("%d calls of %d keys: the team has spent %d nano-dollars, as its members have together: %v", n, users, want[0], want[1:])
}
