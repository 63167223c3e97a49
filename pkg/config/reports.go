package config

import "time"

// Reports are sent to those who asked to be told what is spent.
type Reports struct {
	Schedules []ReportSchedule `json:"schedules,omitempty" doc:"What is sent to whom, and how often."`
}

// ReportSchedule has a report sent again and again, each of the time since the one before.
type ReportSchedule struct {
	ID       string   `json:"id,omitempty" maxLength:"64" doc:"Id of the schedule; its name stands for one that is absent."`
	Name     string   `json:"name,omitempty" maxLength:"128" doc:"Name of the report."`
	Enabled  *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether anything is sent."`
	Every    string   `json:"every,omitempty" required:"true" enum:"day,week,month" doc:"How long a time a report is of. A week begins on Monday, a month on its first day."`
	TimeZone string   `json:"time_zone,omitempty" default:"UTC" doc:"Where days begin at midnight, as Europe/Berlin."`
	Hour     *int     `json:"hour,omitempty" minimum:"0" maximum:"23" default:"6" doc:"The hour, in the time zone, of the day after that time at which it is sent. Calls are in it whose usage has come to the ledger by then."`
	By       []string `json:"by,omitempty" enum:"customer,team,user,virtual_key,provider,model,key,day" doc:"What spend is told apart by: one or two. key is a provider's. Absent: by team and by model."`

	Customers   []string `json:"customer_ids,omitempty" doc:"Only calls of these customers."`
	Teams       []string `json:"team_ids,omitempty" doc:"Only calls of these teams."`
	VirtualKeys []string `json:"virtual_key_ids,omitempty" doc:"Only calls by these virtual keys."`
	Providers   []string `json:"providers,omitempty" doc:"Only calls of these providers."`
	Models      []string `json:"models,omitempty" doc:"Only calls of these models."`

	Type string `json:"type,omitempty" required:"true" enum:"webhook,email" doc:"webhook is signed as docs/webhooks.md says; email goes through SMTP, with the table as CSV attached."`
	URL  Secret `json:"url,omitempty" doc:"Address of a webhook."`
	SMTP SMTP   `json:"smtp,omitzero" doc:"Server and addresses of e-mail."`
}

// On says whether anything is sent.
func (s *ReportSchedule) On() bool { return s.Enabled == nil || *s.Enabled }

// Label is what the schedule is known by: its id, or else its name.
func (s *ReportSchedule) Label() string {
	if s.ID != "" {
		return s.ID
	}
	return s.Name
}

// SendHour is the hour of the day at which it is sent.
func (s *ReportSchedule) SendHour() int {
	const early = 6
	if s.Hour == nil {
		return early
	}
	return *s.Hour
}

// Zone is where days begin at midnight. A configuration that was checked has one.
func (s *ReportSchedule) Zone() *time.Location {
	if zone, err := time.LoadLocation(s.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

func (c *checker) reports() {
	labels := map[string]string{}
	for i := range c.config.Reports.Schedules {
		s := &c.config.Reports.Schedules[i]
		at := element("reports.schedules", i)
		if s.Label() == "" {
			c.problem(child(at, "id"), "is required, or a name")
		} else {
			unique(c, child(at, "id"), s.Label(), labels)
		}
		c.headerSafe(child(at, "name"), s.Name)
		if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
			c.problem(child(at, "time_zone"), "must be a name of the IANA time zone database, as Europe/Berlin")
		}
		if len(s.By) > 2 || len(s.By) == 2 && s.By[0] == s.By[1] {
			c.problem(child(at, "by"), "must be one or two, which differ")
		}
		c.destination(at, s.Type, s.URL, &s.SMTP, s.On())
	}
}
