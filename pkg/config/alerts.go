package config

// Alerts says who is told of what goes wrong.
type Alerts struct {
	Channels     []AlertChannel `json:"channels,omitempty" doc:"Where alerts are sent."`
	Rules        []AlertRule    `json:"rules,omitempty" doc:"What is alerted of, beside the built-in rules. One with a built-in rule's name replaces it."`
	BuiltInRules *bool          `json:"built_in_rules,omitempty" default:"true" doc:"Whether the built-in rules hold."`
}

// BuiltIn says whether the built-in rules hold.
func (a *Alerts) BuiltIn() bool { return a.BuiltInRules == nil || *a.BuiltInRules }

// AlertChannel is where alerts are sent.
type AlertChannel struct {
	Name        string   `json:"name,omitempty" required:"true" doc:"Name of the channel."`
	Type        string   `json:"type,omitempty" required:"true" enum:"webhook,slack,email" doc:"webhook is signed as docs/webhooks.md says; slack is an incoming webhook of Slack, or of what takes the same body; email goes through SMTP."`
	Enabled     *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether anything is sent."`
	URL         Secret   `json:"url,omitempty" doc:"Address of a webhook or of Slack's."`
	MinSeverity string   `json:"min_severity,omitempty" enum:"info,warning,critical" default:"info" doc:"The least severity that is sent."`
	Rules       []string `json:"rules,omitempty" doc:"Names of the rules whose alerts are sent; * stands for any characters. Absent: all."`
	Resolved    *bool    `json:"resolved,omitempty" default:"true" doc:"Whether the end of an alert is sent, too."`
	SMTP        SMTP     `json:"smtp,omitzero" doc:"Server and addresses of e-mail."`
}

// On says whether anything is sent there.
func (c *AlertChannel) On() bool { return c.Enabled == nil || *c.Enabled }

// TellsResolved says whether the end of an alert is sent, too.
func (c *AlertChannel) TellsResolved() bool { return c.Resolved == nil || *c.Resolved }

// AlertRule says when something is alerted of. What is absent is as for the built-in
// rule of its type.
type AlertRule struct {
	Name        string   `json:"name,omitempty" required:"true" doc:"Name of the rule."`
	Type        string   `json:"type,omitempty" required:"true" enum:"budget_soft,budget_exhausted,key_disabled,key_resting,provider_down,error_rate,node_lost,config_failed,usage_lost,guardrail_blocks,plugin_absent,redis_away,nats_away,store_away" doc:"What is looked at: see docs/alerts.md."`
	Enabled     *bool    `json:"enabled,omitempty" switch:"true" default:"true" doc:"Whether the rule holds. false with a built-in rule's name switches that off."`
	Severity    string   `json:"severity,omitempty" enum:"info,warning,critical" doc:"How bad it is."`
	For         *int     `json:"for,omitempty" unit:"s" minimum:"0" maximum:"86400" doc:"How long it must be so before it is alerted of."`
	RepeatEvery *int     `json:"repeat_every,omitempty" unit:"s" minimum:"60" maximum:"2592000" doc:"How often it is told again while it lasts and nobody has acknowledged it."`
	Subjects    []string `json:"subjects,omitempty" doc:"Of which subjects, such as team:* or openai/*; * stands for any characters. Absent: all."`
	Percent     float64  `json:"percent,omitempty" minimum:"0" maximum:"100" doc:"Of error_rate and provider_down: share of calls that fail. Of budget_soft: least share of the budget that is used."`
	Calls       int      `json:"calls,omitempty" minimum:"0" doc:"Of error_rate and provider_down: of so many calls at least."`
	Window      *int     `json:"window,omitempty" unit:"s" minimum:"10" maximum:"3600" doc:"Of error_rate and provider_down: the time whose calls count."`
	Channels    []string `json:"channels,omitempty" doc:"Names of the channels that are told. Absent: each that takes it."`
}

// On says whether the rule holds.
func (r *AlertRule) On() bool { return r.Enabled == nil || *r.Enabled }

func (c *checker) alerts() {
	a := &c.config.Alerts
	names := map[string]string{}
	for i := range a.Channels {
		at := element("alerts.channels", i)
		unique(c, child(at, "name"), a.Channels[i].Name, names)
		ch := &a.Channels[i]
		c.headerSafe(child(at, "name"), ch.Name)
		c.destination(at, ch.Type, ch.URL, &ch.SMTP, ch.On())
	}
	rules := map[string]string{}
	for i := range a.Rules {
		at := element("alerts.rules", i)
		unique(c, child(at, "name"), a.Rules[i].Name, rules)
		for j, name := range a.Rules[i].Channels {
			if _, ok := names[name]; !ok {
				c.problem(element(child(at, "channels"), j), "there is no such channel")
			}
		}
	}
}
