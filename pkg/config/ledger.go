package config

import "time"

// Ledger says what is kept of the calls.
type Ledger struct {
	RetentionDays *int `json:"retention_in_days,omitempty" minimum:"0" maximum:"36500" default:"90" doc:"Days that the row of a call is kept. 0 is for ever. Keep rows for longer than the longest period that is billed or limited by."`
}

var ledgerDefaults = defaultsOf[Ledger]()

// Retention is how long rows are kept, 0 for ever.
func (l Ledger) Retention() time.Duration {
	days := l.RetentionDays
	if days == nil {
		days = ledgerDefaults.RetentionDays
	}
	return time.Duration(*days) * 24 * time.Hour
}
