package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Notice tells one channel of alerts that have begun, or last, or are over.
type Notice struct {
	// ID is made of what is told, so that the same is not told twice.
	ID      string
	Channel string
	// Status is Firing or Resolved.
	Status State
	Alerts []Alert
	More   int // alerts beyond those
	At     time.Time
	Test   bool

	Tries int
	Due   time.Time
}

// maxAlerts bounds the alerts of one notice.
const maxAlerts = 20

// Severity is that of the worst alert.
func (n *Notice) Severity() Severity {
	worst := Info
	for i := range n.Alerts {
		if n.Alerts[i].Severity.rank() > worst.rank() {
			worst = n.Alerts[i].Severity
		}
	}
	return worst
}

// Title is the notice in a line.
func (n *Notice) Title() string {
	word := "FIRING"
	if n.Status == Resolved {
		word = "RESOLVED"
	}
	if n.Test {
		word = "TEST"
	}
	switch count := len(n.Alerts) + n.More; {
	case len(n.Alerts) == 0:
		return "[" + word + "] Asbru"
	case count == 1:
		return Plain(fmt.Sprintf("[%s] %s: %s", word, n.Alerts[0].Rule, n.Alerts[0].Subject), maxSubject)
	default:
		return fmt.Sprintf("[%s] %d alerts", word, count)
	}
}

// notices gathers what is to be told, one notice for each channel and status.
type notices struct {
	now   time.Time
	order []*Notice
}

func (l *notices) add(channel string, status State, a *Alert) {
	for _, n := range l.order {
		if n.Channel == channel && n.Status == status {
			if len(n.Alerts) < maxAlerts {
				n.Alerts = append(n.Alerts, *a)
			} else {
				n.More++
			}
			n.ID = identify(n.ID, a)
			return
		}
	}
	l.order = append(l.order, &Notice{
		ID: identify(channel+"\x1f"+string(status), a), Channel: channel, Status: status, Alerts: []Alert{*a}, At: l.now, Due: l.now,
	})
}

// identify is the id of a notice that tells of one more alert.
func identify(id string, a *Alert) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x1f%s\x1f%d", id, a.ID, a.Notices))
	return "alert-" + hex.EncodeToString(sum[:16])
}

func (l *notices) list() []Notice {
	var all []Notice
	for _, n := range l.order {
		all = append(all, *n)
	}
	return all
}
