package alert

import (
	"encoding/json"
	"time"
)

// Payload is the body of a webhook.
type Payload struct {
	Type      string    `json:"type"` // alert.firing, alert.resolved or alert.test
	Timestamp time.Time `json:"timestamp"`
	Title     string    `json:"title"`
	Channel   string    `json:"channel"`
	Severity  Severity  `json:"severity"` // that of the worst alert
	Alerts    []Told    `json:"alerts"`
	More      int       `json:"more,omitempty"` // alerts beyond those
}

// Told is an alert as others are shown it.
type Told struct {
	ID             string    `json:"id"`
	Rule           string    `json:"rule"`
	Kind           Kind      `json:"type"`
	Severity       Severity  `json:"severity"`
	Subject        string    `json:"subject" doc:"What it is of: a limit's id, PROVIDER/KEY, a node."`
	Summary        string    `json:"summary" doc:"It in a sentence."`
	Percent        float64   `json:"percent,omitempty" doc:"The share that is used, or that fails."`
	State          State     `json:"state" enum:"pending,firing,resolved"`
	Started        time.Time `json:"started_at" doc:"When it was first seen."`
	Fired          time.Time `json:"fired_at,omitzero" doc:"When it had lasted for long enough."`
	Resolved       time.Time `json:"resolved_at,omitzero"`
	Notices        int       `json:"notices" doc:"How often somebody was told that it fires."`
	Notified       time.Time `json:"notified_at,omitzero" doc:"When somebody was told last."`
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"`
	Acknowledged   time.Time `json:"acknowledged_at,omitzero"`
}

// Told returns the alert as others are shown it.
func (a *Alert) Told() Told {
	return Told{
		ID: a.ID, Rule: a.Rule, Kind: a.Kind, Severity: a.Severity, Subject: a.Subject, Summary: a.Summary, Percent: a.Percent,
		State: a.State, Started: a.Started, Fired: a.Fired, Resolved: a.Resolved, Notices: a.Notices, Notified: a.Notified,
		AcknowledgedBy: a.AcknowledgedBy, Acknowledged: a.Acknowledged,
	}
}

// payload is the body of a notice's webhook.
func payload(n *Notice) ([]byte, error) {
	p := Payload{
		Type: "alert." + string(n.Status), Timestamp: n.At.UTC(), Title: n.Title(), Channel: n.Channel, Severity: n.Severity(),
		Alerts: []Told{}, More: n.More,
	}
	if n.Test {
		p.Type = "alert.test"
	}
	for i := range n.Alerts {
		p.Alerts = append(p.Alerts, n.Alerts[i].Told())
	}
	return json.Marshal(p)
}
