package alert

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostile is what a provider may say.
const hostile = "bad <!channel> & <https://evil.example|log in>"

func someNotice() *Notice {
	a := Alert{
		ID: "1", Rule: "key_disabled", Kind: KeyDisabled, Severity: Critical, Subject: "openai/a", Summary: hostile,
		State: Firing, Started: noon, Fired: noon,
	}
	return &Notice{ID: "alert-1", Channel: "ops", Status: Firing, Alerts: []Alert{a}, More: 2, At: noon}
}

func TestWhatSlackIsToldMentionsNobodyAndLinksNowhere(t *testing.T) {
	body, err := slack(someNotice())
	require.NoError(t, err)
	var m struct {
		Text   string
		Blocks []struct {
			Type string
			Text struct{ Type, Text string }
		}
	}
	require.NoError(t, json.Unmarshal(body, &m))
	require.Equal(t, "[FIRING] 3 alerts", m.Text)
	require.Len(t, m.Blocks, 3)
	require.Contains(t, m.Blocks[1].Text.Text, "bad &lt;!channel&gt; &amp; &lt;https://evil.example|log in&gt;")
	for _, b := range m.Blocks {
		require.Equal(t, "plain_text", b.Text.Type)
		require.NotContains(t, b.Text.Text, "<")
	}
}

func TestAWebhookSaysAllOfAnAlert(t *testing.T) {
	body, err := payload(someNotice())
	require.NoError(t, err)
	var p Payload
	require.NoError(t, json.Unmarshal(body, &p))
	require.Equal(t, "alert.firing", p.Type)
	require.Equal(t, Critical, p.Severity)
	require.Equal(t, hostile, p.Alerts[0].Summary)
	require.Equal(t, 2, p.More)
}

func TestALetterSaysAllOfAnAlert(t *testing.T) {
	n := someNotice()
	n.Alerts[0].Subject = "openai/a\r\nBcc: x@y.z"
	n.More = 0
	l := letter(n)
	require.Equal(t, "alert-1", l.ID)
	require.NotContains(t, l.Subject, "\n")
	require.Contains(t, l.Text, hostile)
	require.Contains(t, l.Text, "2026-11-25 12:00:00 UTC")
}
