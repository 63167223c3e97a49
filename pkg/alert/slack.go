package alert

import (
	"encoding/json"
	"fmt"
	"strings"
)

// slackMessage is the body of Slack's incoming webhooks.
type slackMessage struct {
	Text   string       `json:"text"`
	Blocks []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type string    `json:"type"`
	Text slackText `json:"text"`
}

// slackText is always plain: what others have written is no markup, no link and
// mentions nobody.
type slackText struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

// slackHeader is the longest text of a header block.
const slackHeader = 150

var slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func plainText(text string) slackText {
	return slackText{Type: "plain_text", Text: slackEscapes.Replace(text)}
}

// slack is the body of a notice for Slack.
func slack(n *Notice) ([]byte, error) {
	m := slackMessage{
		Text:   slackEscapes.Replace(n.Title()),
		Blocks: []slackBlock{{Type: "header", Text: plainText(Plain(n.Title(), slackHeader/5*4))}},
	}
	for i := range n.Alerts {
		m.Blocks = append(m.Blocks, slackBlock{Type: "section", Text: plainText(n.Alerts[i].lines())})
	}
	if n.More > 0 {
		m.Blocks = append(m.Blocks, slackBlock{Type: "section", Text: plainText(fmt.Sprintf("and %d more", n.More))})
	}
	return json.Marshal(m)
}

// lines is an alert as people read it.
func (a *Alert) lines() string {
	when := "since " + stamp(a.Started)
	if a.State == Resolved {
		when = "from " + stamp(a.Started) + " to " + stamp(a.Resolved)
	}
	return fmt.Sprintf("%s %s: %s\n%s\n%s", strings.ToUpper(string(a.Severity)), a.Rule, a.Subject, a.Summary, when)
}
