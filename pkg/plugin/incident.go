package plugin

import "time"

// Incident is what a plugin has found in a call, for who watches over calls. It has nothing
// of what was said.
type Incident struct {
	ID        string    `json:"id"` // made of the call's and of what is told, so that it is told once
	At        time.Time `json:"at"`
	Plugin    string    `json:"plugin"`
	Rule      string    `json:"rule"`
	Check     string    `json:"check"`
	Side      string    `json:"side"`   // input or output
	Action    string    `json:"action"` // what was done: note, redact, refuse
	Found     []string  `json:"found,omitempty"`
	Count     int       `json:"count"`
	Score     float64   `json:"score,omitempty"`
	Hash      string    `json:"hash,omitempty"` // of the text
	Blocked   bool      `json:"blocked"`        // the call was refused
	CallID    string    `json:"call_id"`
	RequestID string    `json:"request_id"`
	Model     string    `json:"model"`
	Caller    Caller    `json:"caller"`
	Node      string    `json:"node"` // that has it from the plugin
}
