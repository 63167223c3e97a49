package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/stretchr/testify/require"
)

// Audit tests a record of changes. Open returns one that is empty, twice, as two
// processes would open it, and a function that runs a statement behind its back.
func Audit(t *testing.T, open func(t *testing.T) (first, second audit.Log, tamper func(statement string))) {
	for name, test := range map[string]func(*testing.T, audit.Log, audit.Log, func(string)){
		"entries come back as they were, newest first": keepsEntries,
		"several append to one chain":                  appendsTogether,
		"whoever changes, removes or adds is found":    findsTampering,
	} {
		t.Run(name, func(t *testing.T) {
			first, second, tamper := open(t)
			test(t, first, second, tamper)
		})
	}
}

func auditEntry(name string) audit.Entry {
	e := audit.Entry{
		Time: noon, Kind: "person", ID: "id-" + name, Name: name, Address: "192.0.2.1", RequestID: "r-1", Operation: "put-config",
		Object: "/api/config", Outcome: audit.Done, Status: 200, Changes: `[{"object": "/api/config",  "patch":[]}]`,
	}
	e.Code = name + "_code"
	return e
}

func keepsEntries(t *testing.T, l, _ audit.Log, _ func(string)) {
	ctx := t.Context()
	entries := []audit.Entry{auditEntry("ann"), auditEntry("bob")}
	entries[1].Time, entries[1].Object, entries[1].Outcome = noon.Add(time.Hour), "/api/users/100%", audit.Refused
	require.NoError(t, l.Append(ctx, entries))
	page, err := l.Page(ctx, audit.Filter{}, 0, 10)
	require.NoError(t, err)
	require.Equal(t, []audit.Entry{entries[1], entries[0]}, page)
	for _, tc := range []struct {
		filter audit.Filter
		want   int
	}{
		{audit.Filter{Since: noon.Add(time.Second)}, 1},
		{audit.Filter{Until: noon.Add(time.Second)}, 1},
		{audit.Filter{Caller: "ann"}, 1},
		{audit.Filter{Caller: "id-bob"}, 1},
		{audit.Filter{Operation: "put-config"}, 2},
		{audit.Filter{Operation: "put"}, 0},
		{audit.Filter{Object: "/api/users/100%"}, 1},
		{audit.Filter{Object: "/api/%"}, 0},
		{audit.Filter{Outcome: audit.Refused}, 1},
		{audit.Filter{Caller: "' or ''='"}, 0},
	} {
		page, err := l.Page(ctx, tc.filter, 0, 10)
		require.NoError(t, err)
		require.Len(t, page, tc.want, tc.filter)
	}
	page, err = l.Page(ctx, audit.Filter{}, 2, 10)
	require.NoError(t, err)
	require.Equal(t, entries[:1], page)
	report, err := audit.Verify(ctx, l)
	require.NoError(t, err)
	require.Equal(t, audit.Report{Entries: 2, Head: entries[1]}, report)
}

func appendsTogether(t *testing.T, first, second audit.Log, _ func(string)) {
	ctx := t.Context()
	const each = 20
	errs := make(chan error, 4*each)
	var all sync.WaitGroup
	for _, l := range []audit.Log{first, second, first, second} {
		all.Go(func() {
			for range each {
				errs <- l.Append(ctx, []audit.Entry{auditEntry("ann")})
			}
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	report, err := audit.Verify(ctx, second)
	require.NoError(t, err)
	require.EqualValues(t, 4*each, report.Entries)
	require.Zero(t, report.Broken, report.Reason)
}

func findsTampering(t *testing.T, l, _ audit.Log, tamper func(string)) {
	ctx := t.Context()
	empty, err := audit.Verify(ctx, l)
	require.NoError(t, err)
	require.Zero(t, empty)
	for range 5 {
		require.NoError(t, l.Append(ctx, []audit.Entry{auditEntry("ann")}))
	}
	for _, tc := range []struct {
		statement, undo, reason string
		broken                  int64
	}{
		{"update audit set name = 'eve' where seq = 3", "update audit set name = 'ann' where seq = 3", "it was changed", 3},
		{"update audit set time_us = time_us + 1 where seq = 5", "update audit set time_us = time_us - 1 where seq = 5", "it was changed", 5},
		{"update audit set seq = 9 where seq = 5", "update audit set seq = 5 where seq = 9", "it is missing", 5},
		{"delete from audit where seq = 1", "", "it is missing", 1},
	} {
		tamper(tc.statement)
		report, err := audit.Verify(ctx, l)
		require.NoError(t, err)
		require.Equal(t, tc.broken, report.Broken, tc.statement)
		require.Contains(t, report.Reason, tc.reason)
		require.Equal(t, tc.broken-1, report.Entries)
		if tc.undo != "" {
			tamper(tc.undo)
		}
	}
}
