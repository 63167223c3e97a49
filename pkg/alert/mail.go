package alert

import (
	"fmt"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/email"
)

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// letter is a notice as an e-mail.
func letter(n *Notice) *email.Letter {
	text := []string{}
	for i := range n.Alerts {
		text = append(text, n.Alerts[i].lines())
	}
	if n.More > 0 {
		text = append(text, fmt.Sprintf("and %d more", n.More))
	}
	if n.Test {
		text = append(text, "This is a test of an alert channel.")
	}
	return &email.Letter{ID: n.ID, Subject: n.Title(), Text: strings.Join(text, "\n\n") + "\n", At: n.At}
}
