package storetest

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/stretchr/testify/require"
)

// Alerts tests a record of alerts; open returns an empty one.
func Alerts(t *testing.T, open func(t *testing.T) alert.Record) {
	for _, c := range []struct {
		name string
		test func(*testing.T, alert.Record)
	}{
		{"an alert is kept as it was written", alertIsKept},
		{"of two who change an alert, one is refused", alertChangedOnce},
		{"two alerts of a subject are not open at once", alertOpenOnce},
		{"what cannot be written whole is not written", alertsAllOrNone},
		{"alerts are listed from the newest", alertsListed},
		{"notices are delivered when they are due, and not written twice", noticesDue},
		{"silences come and go", silencesComeAndGo},
		{"what ended long ago is removed", alertsPruned},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func someAlert(id, subject string) alert.Alert {
	return alert.Alert{
		ID: id, Rule: "r", Kind: alert.NodeLost, Severity: alert.Warning, Subject: subject, Summary: "it's 'gone' ✗",
		State: alert.Firing, Started: noon, Fired: noon, Seen: noon, Notices: 1, Notified: noon,
	}
}

func write(t *testing.T, r alert.Record, c alert.Changes) {
	t.Helper()
	require.NoError(t, r.Write(t.Context(), c))
}

func alertIsKept(t *testing.T, r alert.Record) {
	a := someAlert("1", "n")
	write(t, r, alert.Changes{Made: []alert.Alert{a}})
	open, err := r.Open(t.Context())
	require.NoError(t, err)
	require.Equal(t, []alert.Alert{a}, open)
	got, err := r.Get(t.Context(), "1")
	require.NoError(t, err)
	require.Equal(t, a, got)
	_, err = r.Get(t.Context(), "2")
	require.ErrorIs(t, err, alert.ErrNotFound)
}

func alertChangedOnce(t *testing.T, r alert.Record) {
	a := someAlert("1", "n")
	write(t, r, alert.Changes{Made: []alert.Alert{a}})
	a.AcknowledgedBy = "ann"
	write(t, r, alert.Changes{Changed: []alert.Alert{a}})
	require.ErrorIs(t, r.Write(t.Context(), alert.Changes{Changed: []alert.Alert{a}}), alert.ErrChanged)
	got, err := r.Get(t.Context(), "1")
	require.NoError(t, err)
	require.Equal(t, a.Version+1, got.Version)
	write(t, r, alert.Changes{Changed: []alert.Alert{got}})
}

func alertOpenOnce(t *testing.T, r alert.Record) {
	a, again := someAlert("1", "n"), someAlert("2", "n")
	write(t, r, alert.Changes{Made: []alert.Alert{a}})
	require.ErrorIs(t, r.Write(t.Context(), alert.Changes{Made: []alert.Alert{again}}), alert.ErrChanged)
	a.State, a.Resolved = alert.Resolved, noon
	write(t, r, alert.Changes{Changed: []alert.Alert{a}})
	write(t, r, alert.Changes{Made: []alert.Alert{again}})
	again.State = alert.Pending
	again.Version = 0
	write(t, r, alert.Changes{Changed: []alert.Alert{again}})
	write(t, r, alert.Changes{Gone: []string{"1", "2"}})
	open, err := r.Open(t.Context())
	require.NoError(t, err)
	require.Empty(t, open)
	_, err = r.Get(t.Context(), "1")
	require.NoError(t, err, "only what never fired can go")
}

func alertsAllOrNone(t *testing.T, r alert.Record) {
	stale := someAlert("9", "x")
	err := r.Write(t.Context(), alert.Changes{
		Made: []alert.Alert{someAlert("1", "n")}, Changed: []alert.Alert{stale}, Notices: []alert.Notice{{ID: "a", Due: noon}},
	})
	require.ErrorIs(t, err, alert.ErrChanged)
	open, err := r.Open(t.Context())
	require.NoError(t, err)
	require.Empty(t, open)
}

func alertsListed(t *testing.T, r alert.Record) {
	for _, id := range []string{"1", "2", "3"} {
		write(t, r, alert.Changes{Made: []alert.Alert{someAlert(id, "n"+id)}})
	}
	ids := func(f alert.Filter, after string, limit int) []string {
		found, err := r.List(t.Context(), f, after, limit)
		require.NoError(t, err)
		all := []string{}
		for i := range found {
			all = append(all, found[i].ID)
		}
		return all
	}
	require.Equal(t, []string{"3", "2"}, ids(alert.Filter{}, "", 2))
	require.Equal(t, []string{"1"}, ids(alert.Filter{}, "2", 2))
	require.Equal(t, []string{"2"}, ids(alert.Filter{Subject: "n2", Rule: "r", Severity: alert.Warning, State: alert.Firing}, "", 9))
	require.Empty(t, ids(alert.Filter{Rule: "' or 1=1 --"}, "", 9))
}

func noticesDue(t *testing.T, r alert.Record) {
	n := alert.Notice{ID: "a", Channel: "ops", Status: alert.Firing, Alerts: []alert.Alert{someAlert("1", "n")}, At: noon, Due: noon}
	due := func(at time.Time) []alert.Notice {
		found, err := r.Due(t.Context(), at, 10)
		require.NoError(t, err)
		return found
	}
	write(t, r, alert.Changes{Notices: []alert.Notice{n}})
	twice := n
	twice.Channel = "other"
	write(t, r, alert.Changes{Notices: []alert.Notice{twice}})
	require.Empty(t, due(noon.Add(-time.Second)))
	require.Equal(t, []alert.Notice{n}, due(noon))
	n.Tries, n.Due = 1, noon.Add(time.Minute)
	require.NoError(t, r.Put(t.Context(), &n))
	require.Empty(t, due(noon))
	require.Equal(t, []alert.Notice{n}, due(noon.Add(time.Minute)))
	require.NoError(t, r.Done(t.Context(), "a"))
	require.Empty(t, due(noon.Add(time.Hour)))
}

func silencesComeAndGo(t *testing.T, r alert.Record) {
	s := alert.Silence{ID: "1", Rule: "a*", From: noon, Until: noon.Add(time.Hour), By: "ann", Reason: "maintenance"}
	require.NoError(t, r.PutSilence(t.Context(), s))
	s.Until = noon.Add(2 * time.Hour)
	require.NoError(t, r.PutSilence(t.Context(), s))
	found, err := r.Silences(t.Context(), noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []alert.Silence{s}, found)
	found, err = r.Silences(t.Context(), noon.Add(2*time.Hour))
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, r.DeleteSilence(t.Context(), "1"))
	require.ErrorIs(t, r.DeleteSilence(t.Context(), "1"), alert.ErrNotFound)
}

func alertsPruned(t *testing.T, r alert.Record) {
	old, open := someAlert("1", "n1"), someAlert("2", "n2")
	old.State, old.Resolved = alert.Resolved, noon
	write(t, r, alert.Changes{Made: []alert.Alert{old, open}})
	require.NoError(t, r.PutSilence(t.Context(), alert.Silence{ID: "1", From: noon, Until: noon}))
	require.NoError(t, r.Prune(t.Context(), noon.Add(time.Hour)))
	left, err := r.List(t.Context(), alert.Filter{}, "", 9)
	require.NoError(t, err)
	require.Equal(t, []alert.Alert{open}, left)
}
