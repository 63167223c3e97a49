package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAlertsAreChecked(t *testing.T) {
	for name, c := range map[string]struct{ alerts, path, problem string }{
		"a channel without an address":     {`{"channels":[{"name":"a","type":"slack"}]}`, "alerts.channels[0].url", "is required"},
		"a channel twice":                  {`{"channels":[{"name":"a","type":"slack","url":"https://h/x"},{"name":"a","type":"slack","url":"https://h/x"}]}`, "alerts.channels[1].name", "is the same as alerts.channels[0].name"},
		"an address without TLS":           {`{"channels":[{"name":"a","type":"webhook","url":"http://h/x"}]}`, "alerts.channels[0].url", "must begin with https:// unless webhooks.allow_private_networks is set"},
		"a password in the address":        {`{"channels":[{"name":"a","type":"webhook","url":"https://u:p@h/x"}]}`, "alerts.channels[0].url", "must not have a user name or password"},
		"an unknown type":                  {`{"channels":[{"name":"a","type":"pager","url":"https://h/x"}]}`, "alerts.channels[0].type", "must be webhook, slack or email"},
		"e-mail to nobody":                 {`{"channels":[{"name":"a","type":"email","smtp":{"host":"h","from":"a@b.c"}}]}`, "alerts.channels[0].smtp.to", "needs a receiver"},
		"a header in an address":           {`{"channels":[{"name":"a","type":"email","smtp":{"host":"h","from":"a@b.c\r\nBcc: x@y.z","to":["a@b.c"]}}]}`, "alerts.channels[0].smtp.from", "must not have line breaks"},
		"a password in the clear":          {`{"channels":[{"name":"a","type":"email","smtp":{"host":"h","tls":"none","username":"u","password":"p","from":"a@b.c","to":["a@b.c"]}}]}`, "alerts.channels[0].smtp.password", "is not sent in the clear: set tls to starttls or implicit"},
		"a rule with a channel of no name": {`{"rules":[{"name":"r","type":"node_lost","channels":["x"]}]}`, "alerts.rules[0].channels[0]", "there is no such channel"},
		"a duration that is too short":     {`{"rules":[{"name":"r","type":"node_lost","repeat_every":"1s"}]}`, "alerts.rules[0].repeat_every", "must be ≥ 60"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Parse([]byte(`{"alerts":`+c.alerts+`}`), JSON)
			var problems *Problems
			require.ErrorAs(t, err, &problems)
			require.Len(t, problems.List, 1)
			require.Equal(t, c.path, problems.List[0].Path)
			require.Equal(t, c.problem, problems.List[0].Message)
		})
	}
}

func TestAlertsAreRead(t *testing.T) {
	cfg, notes, err := Parse([]byte(`{"alerts":{"channels":[{"name":"ops","type":"email","resolved":false,
		"smtp":{"host":"mail.example.com","username":"u","password":"p","from":"Asbru <asbru@example.com>","to":["ops@example.com"]}}],
		"rules":[{"name":"node_lost","type":"node_lost","enabled":false},{"name":"mine","type":"error_rate","for":"2m","percent":2.5,"channels":["ops"]}]}}`), JSON)
	require.NoError(t, err)
	require.Empty(t, notes)
	require.False(t, cfg.Alerts.Channels[0].TellsResolved())
	require.True(t, cfg.Alerts.BuiltIn())
	require.False(t, cfg.Alerts.Rules[0].On())
	require.Equal(t, 120, *cfg.Alerts.Rules[1].For)
}
