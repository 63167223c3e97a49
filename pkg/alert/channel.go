package alert

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Channel is where alerts are told.
type Channel struct {
	Name          string
	Type          string // webhook, slack or email
	Min           Severity
	Rules         []string // patterns; none: all
	TellsResolved bool

	url  config.Secret
	smtp config.SMTP
}

// Channels returns the channels of a configuration that are on.
func Channels(a *config.Alerts) []Channel {
	var channels []Channel
	for i := range a.Channels {
		c := &a.Channels[i]
		if !c.On() {
			continue
		}
		channels = append(channels, Channel{
			Name: c.Name, Type: c.Type, Min: Severity(c.MinSeverity), Rules: c.Rules, TellsResolved: c.TellsResolved(),
			url: c.URL, smtp: c.SMTP,
		})
	}
	return channels
}

func (c *Channel) takes(a *Alert) bool {
	return a.Severity.rank() >= c.Min.rank() && (len(c.Rules) == 0 || matchAny(c.Rules, a.Rule))
}

func find(channels []Channel, name string) *Channel {
	i := slices.IndexFunc(channels, func(c Channel) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &channels[i]
}
