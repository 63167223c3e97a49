package alert

import "time"

// Silence keeps alerts from being told for a time. They are seen and recorded
// nevertheless.
type Silence struct {
	ID string
	// Rule, Subject and Severity are patterns of what is silenced; an empty one is all.
	Rule, Subject, Severity string
	From, Until             time.Time
	By, Reason              string
}

// NewSilence gives a silence its id.
func NewSilence(s Silence, now time.Time) Silence {
	s.ID = newID(now)
	if s.From.IsZero() {
		s.From = now
	}
	return s
}

// Silences says whether an alert is not told.
func (s *Silence) Silences(a *Alert, now time.Time) bool {
	is := func(pattern, text string) bool { return pattern == "" || match(pattern, text) }
	return !now.Before(s.From) && now.Before(s.Until) &&
		is(s.Rule, a.Rule) && is(s.Subject, a.Subject) && is(s.Severity, string(a.Severity))
}
