package config

import "time"

// Ledger says what is kept of the calls.
type Ledger struct {
	RetentionDays *int `json:"retention_in_days,omitempty" minimum:"0" maximum:"36500" default:"90" doc:"Days that the row of a call is kept. 0 is for ever. Keep rows for longer than the longest period that is billed or limited by."`
	MaxSizeMB     int  `json:"max_size_mb,omitempty" minimum:"0" maximum:"104857600" default:"0" doc:"MiB that calls may take in the store: their rows, with all that finds them, and their bodies. Above it the oldest go first; in PostgreSQL by whole days, and never today's. Those of the last hour always stay. 0 is without end."`
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

// MaxBytes is how many bytes calls may take in the store, 0 for no end.
func (l Ledger) MaxBytes() int64 { return int64(l.MaxSizeMB) << 20 }
