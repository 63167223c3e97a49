package control_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/stretchr/testify/require"
)

// alerts are those of a real store, and channels that take what they are told to.
type alerts struct {
	record atomic.Pointer[alert.Record]
}

func (a *alerts) Record() alert.Record {
	if r := a.record.Load(); r != nil {
		return *r
	}
	return nil
}

func (*alerts) Test(_ context.Context, channels []alert.Channel, name string) error {
	for _, c := range channels {
		if c.Name == name && name == "broken" {
			return errors.New("status 404")
		} else if c.Name == name {
			return nil
		}
	}
	return alert.ErrNoChannel
}

// openAlerts is open with a store, in which these alerts are.
func openAlerts(t *testing.T, all ...alert.Alert) *desk {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	record := s.Alerts()
	require.NoError(t, record.Write(t.Context(), alert.Changes{Made: all}))
	d := open(t)
	d.alerts.record.Store(&record)
	return d
}

func fired(id string, state alert.State) alert.Alert {
	return alert.Alert{
		ID: id, Rule: "node_lost", Kind: alert.NodeLost, Severity: alert.Critical, Subject: "n" + id, Summary: "gone",
		State: state, Started: time.Unix(1, 0).UTC(),
	}
}

func TestAlertsAreListedAndAcknowledged(t *testing.T) {
	d := openAlerts(t, fired("1", alert.Resolved), fired("2", alert.Firing), fired("3", alert.Firing))
	page := d.call(200, "GET", "/api/alerts?limit=2", "")
	require.Len(t, page["alerts"], 2)
	require.Equal(t, "2", page["next_cursor"])
	rest := d.call(200, "GET", "/api/alerts?limit=2&after=2", "")
	require.Len(t, rest["alerts"], 1)
	require.NotContains(t, rest, "next_cursor")
	require.Len(t, d.call(200, "GET", "/api/alerts?state=firing&severity=critical&rule=node_lost&subject=n3", "")["alerts"], 1)
	d.call(422, "GET", "/api/alerts?state=loud", "")

	a := d.call(200, "POST", "/api/alerts/2/acknowledge", "")["alert"].(map[string]any)
	require.Equal(t, "admin token", a["acknowledged_by"])
	require.Equal(t, "admin token", d.call(200, "GET", "/api/alerts/2", "")["alert"].(map[string]any)["acknowledged_by"])
	d.call(409, "POST", "/api/alerts/1/acknowledge", "")
	require.Equal(t, "not_found", code(d.call(404, "POST", "/api/alerts/9/acknowledge", "")))
	require.Equal(t, "not_found", code(d.call(404, "GET", "/api/alerts/9", "")))
}

func TestSilencesComeAndGo(t *testing.T) {
	d := openAlerts(t)
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	made := d.call(200, "POST", "/api/alerts/silences", `{"subject":"team:*","until":"`+until+`","reason":"month's end"}`)["silence"].(map[string]any)
	id := made["id"].(string)
	require.Equal(t, "team:*", made["subject"])
	require.Len(t, d.call(200, "GET", "/api/alerts/silences", "")["silences"], 1)
	changed := d.call(200, "PUT", "/api/alerts/silences/"+id, `{"rule":"budget*","until":"`+until+`","reason":"month's end"}`)["silence"].(map[string]any)
	require.NotContains(t, changed, "subject")
	require.Equal(t, "admin token", d.call(200, "GET", "/api/alerts/silences/"+id, "")["silence"].(map[string]any)["by"])
	require.Equal(t, "deleted", d.call(200, "DELETE", "/api/alerts/silences/"+id, "")["status"])
	for _, method := range []string{"GET", "DELETE"} {
		require.Equal(t, "not_found", code(d.call(404, method, "/api/alerts/silences/"+id, "")))
	}
}

func TestSilencesThatCannotBeAreRefused(t *testing.T) {
	d := openAlerts(t)
	for body, field := range map[string]string{
		`{"until":"2999-01-01T00:00:00Z","reason":"b"}`:                                          "body.rule",
		`{"rule":"*","until":"2001-01-01T00:00:00Z","reason":"b"}`:                               "body.until",
		`{"rule":"*","until":"2999-01-01T00:00:00Z","reason":"b"}`:                               "body.until",
		`{"rule":"*","from":"2999-01-02T00:00:00Z","until":"2999-01-01T00:00:00Z","reason":"b"}`: "body.until",
		`{"rule":"*","until":"2999-01-01T00:00:00Z","reason":"b","days":3}`:                      "body.days",
		`{"rule":"*","until":"tomorrow","reason":"b"}`:                                           "body.until",
	} {
		e := d.call(422, "POST", "/api/alerts/silences", body)["error"].(map[string]any)
		require.Equal(t, field, e["details"].([]any)[0].(map[string]any)["path"], body)
	}
	require.Empty(t, d.call(200, "GET", "/api/alerts/silences", "")["silences"])
}

func TestRulesAndChannelsAreThoseOfTheConfigurationWithoutItsSecrets(t *testing.T) {
	d := openAlerts(t)
	d.call(200, "PUT", "/api/config", `{"alerts":{"channels":[{"name":"ops","type":"slack","url":"https://hooks.slack.example/T/secret-token"},
		{"name":"broken","type":"webhook","url":"https://h.example/secret-token"}],"rules":[{"name":"node_lost","type":"node_lost","for":"2m"}]}}`)
	channels := d.call(200, "GET", "/api/alerts/channels", "")["channels"].([]any)
	require.Equal(t, map[string]any{"name": "ops", "type": "slack", "min_severity": "info", "resolved": true}, channels[0])
	rules := d.call(200, "GET", "/api/alerts/rules", "")["rules"].([]any)
	last := rules[len(rules)-1].(map[string]any)
	require.Equal(t, "node_lost", last["name"])
	require.EqualValues(t, 120, last["for"])
	require.Equal(t, false, last["built_in"])

	require.Equal(t, map[string]any{"channel": "ops", "sent": true}, d.call(200, "POST", "/api/alerts/channels/ops/test", ""))
	require.Equal(t, map[string]any{"channel": "broken", "sent": false, "reason": "status 404"}, d.call(200, "POST", "/api/alerts/channels/broken/test", ""))
	d.call(404, "POST", "/api/alerts/channels/other/test", "")
}

func TestWithoutTheStoreAlertsAreUnavailable(t *testing.T) {
	d := open(t)
	for _, path := range []string{"/api/alerts", "/api/alerts/1", "/api/alerts/silences", "/api/alerts/silences/1"} {
		require.Equal(t, "unavailable", code(d.call(503, "GET", path, "")), path)
	}
}
