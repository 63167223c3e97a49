package control

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/danielgtaylor/huma/v2"
)

// Alerts are those of the cluster; *alert.Watcher has them.
type Alerts interface {
	// Record returns the record of alerts, nil while the store is not there.
	Record() alert.Record
	Test(ctx context.Context, channels []alert.Channel, name string) error
}

func (c *Control) alertRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/alerts", "list-alerts", "List alerts, those that fire and those that are over, the newest first"), c.listAlerts)
	huma.Register(c.api, at(http.MethodGet, "/api/alerts/{id}", "get-alert", "Show an alert"), c.getAlert)
	huma.Register(c.api, at(http.MethodPost, "/api/alerts/{id}/acknowledge", "acknowledge-alert", "Have an alert told no more until it is over"), c.acknowledgeAlert)
	huma.Register(c.api, at(http.MethodGet, "/api/alerts/rules", "list-alert-rules", "List the rules that hold, built-in ones included"), c.alertRules)
	huma.Register(c.api, at(http.MethodGet, "/api/alerts/channels", "list-alert-channels", "List the channels that are told of alerts"), c.alertChannels)
	huma.Register(c.api, at(http.MethodPost, "/api/alerts/channels/{name}/test", "test-alert-channel", "Send a test to a channel, and tell whether it was taken"), c.testAlertChannel)
	c.silenceRoutes()
}

// alertRecord returns the record of alerts, or why there is none.
func (c *Control) alertRecord() (alert.Record, error) {
	if r := c.o.Alerts.Record(); r != nil {
		return r, nil
	}
	return nil, refuse(http.StatusServiceUnavailable, "unavailable", "The store cannot be reached at the moment.")
}

type listAlertsInput struct {
	State    string `query:"state" enum:"pending,firing,resolved" doc:"Only those in this state."`
	Rule     string `query:"rule" doc:"Only those of this rule."`
	Severity string `query:"severity" enum:"info,warning,critical" doc:"Only those of this severity."`
	Subject  string `query:"subject" doc:"Only those of this subject."`
	After    string `query:"after" maxLength:"64" doc:"Only those behind this cursor."`
	Limit    int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"At most so many."`
}

type listAlertsOutput struct {
	Body struct {
		Alerts     []alert.Told `json:"alerts"`
		NextCursor string       `json:"next_cursor,omitempty" doc:"Sent as after, it brings the next page. The last page has none."`
	}
}

func (c *Control) listAlerts(ctx context.Context, in *listAlertsInput) (*listAlertsOutput, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	f := alert.Filter{State: alert.State(in.State), Rule: in.Rule, Severity: alert.Severity(in.Severity), Subject: in.Subject}
	found, err := r.List(ctx, f, in.After, in.Limit+1)
	if err != nil {
		return nil, c.explain("list alerts", err)
	}
	out := &listAlertsOutput{}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.NextCursor = found[in.Limit-1].ID
	}
	out.Body.Alerts = make([]alert.Told, 0, len(found))
	for i := range found {
		out.Body.Alerts = append(out.Body.Alerts, found[i].Told())
	}
	return out, nil
}

type alertInput struct {
	ID string `path:"id" maxLength:"64"`
}

type alertOutput struct {
	Body struct {
		Alert alert.Told `json:"alert"`
	}
}

func (c *Control) getAlert(ctx context.Context, in *alertInput) (*alertOutput, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	a, err := r.Get(ctx, in.ID)
	if err != nil {
		return nil, c.explain("read the alert", err)
	}
	out := &alertOutput{}
	out.Body.Alert = a.Told()
	return out, nil
}

// acknowledgeAlert tries again where the alert was seen anew meanwhile.
func (c *Control) acknowledgeAlert(ctx context.Context, in *alertInput) (*alertOutput, error) {
	r, err := c.alertRecord()
	if err != nil {
		return nil, err
	}
	var a alert.Alert
	const tries = 5
	for range tries {
		if a, err = r.Get(ctx, in.ID); err != nil {
			break
		}
		if a.State == alert.Resolved {
			return nil, refuse(http.StatusConflict, "conflict", "The alert is over.")
		}
		a.AcknowledgedBy, a.Acknowledged = account.Of(ctx).Name, time.Now().UTC()
		if err = r.Write(ctx, alert.Changes{Changed: []alert.Alert{a}}); err == nil {
			out := &alertOutput{}
			out.Body.Alert = a.Told()
			return out, nil
		}
	}
	return nil, c.explain("acknowledge the alert", err)
}

// AlertRule is a rule that holds.
type AlertRule struct {
	Name     string         `json:"name"`
	Kind     alert.Kind     `json:"type"`
	Severity alert.Severity `json:"severity"`
	For      int64          `json:"for" doc:"Seconds that it must be so."`
	Repeat   int64          `json:"repeat_every" doc:"Seconds after which it is told again."`
	Subjects []string       `json:"subjects,omitempty"`
	Channels []string       `json:"channels,omitempty"`
	Percent  float64        `json:"percent,omitempty"`
	Calls    int            `json:"calls,omitempty"`
	Window   int64          `json:"window,omitempty" doc:"Seconds."`
	BuiltIn  bool           `json:"built_in" doc:"The configuration has no rule of this name."`
}

type alertRulesOutput struct {
	Body struct {
		Rules []AlertRule `json:"rules"`
	}
}

func (c *Control) alertRules(ctx context.Context, _ *struct{}) (*alertRulesOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &alertRulesOutput{}
	seconds := func(d time.Duration) int64 { return int64(d / time.Second) }
	for _, r := range alert.Rules(&cfg.Alerts) {
		out.Body.Rules = append(out.Body.Rules, AlertRule{
			Name: r.Name, Kind: r.Kind, Severity: r.Severity, For: seconds(r.For), Repeat: seconds(r.Repeat), Subjects: r.Subjects,
			Channels: r.Channels, Percent: r.Percent, Calls: r.Calls, Window: seconds(r.Window), BuiltIn: r.BuiltIn,
		})
	}
	return out, nil
}

// AlertChannel is a channel that is told of alerts. Its address is shown to nobody.
type AlertChannel struct {
	Name     string   `json:"name"`
	Type     string   `json:"type" enum:"webhook,slack,email"`
	Severity string   `json:"min_severity" enum:"info,warning,critical" doc:"The least that is sent."`
	Rules    []string `json:"rules,omitempty"`
	Resolved bool     `json:"resolved"`
}

type alertChannelsOutput struct {
	Body struct {
		Channels []AlertChannel `json:"channels"`
	}
}

func (c *Control) alertChannels(ctx context.Context, _ *struct{}) (*alertChannelsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &alertChannelsOutput{}
	out.Body.Channels = []AlertChannel{}
	for _, ch := range alert.Channels(&cfg.Alerts) {
		out.Body.Channels = append(out.Body.Channels, AlertChannel{ch.Name, ch.Type, string(ch.Min), ch.Rules, ch.TellsResolved})
	}
	return out, nil
}

type testChannelInput struct {
	Name string `path:"name"`
}

type testChannelOutput struct {
	Body struct {
		Channel string `json:"channel"`
		Sent    bool   `json:"sent" doc:"Whether the channel has taken it."`
		Reason  string `json:"reason,omitempty" doc:"Why it has not."`
	}
}

func (c *Control) testAlertChannel(ctx context.Context, in *testChannelInput) (*testChannelOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	out := &testChannelOutput{}
	out.Body.Channel = in.Name
	channels := alert.Channels(&cfg.Alerts)
	switch err := c.o.Alerts.Test(ctx, channels, in.Name); {
	case err == nil:
		out.Body.Sent = true
	case errors.Is(err, alert.ErrNoChannel):
		return nil, c.explain("test the channel", err)
	default:
		const most = 500
		out.Body.Reason = alert.Plain(err.Error(), most)
	}
	return out, nil
}
