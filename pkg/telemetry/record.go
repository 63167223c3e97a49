package telemetry

import (
	"time"
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Record is what is kept of a finished call: no body and no secret. It is a
// fixed-size value, so that recording allocates nothing; longer strings are cut.
type Record struct {
	Time       time.Time
	Took       time.Duration
	FirstToken time.Duration // from the request read to the first event of a stream; 0 for none
	Op         api.Op
	Status     int
	Attempts   int
	Stream     bool
	Truncated  bool // the stream broke off
	Billed     bool // a try failed in a way that the provider may charge for
	Usage      api.Usage
	CostNano   int64 // nano-dollars
	CallID     Text  // the gateway's own, never given twice
	RequestID  Text  // what the caller knows the call by; callers may give one twice
	Model      Text
	Code       Text // of the error, if it failed
	// These point into the configuration, which lives on while records do.
	Dialect, Provider, Key, VirtualKey string
	VirtualKeyID, Team, Customer, User string
	Worker                             string // who served it, if it was not this node
	Metadata                           string // what the caller gave along, as k=v,…; a copy

	Queue    time.Duration // of Took, what was waited for slots
	Own      time.Duration // of Took, what the gateway itself needed
	Fallback int           // which of the call's candidates answered, or was last tried
	Shadow   bool          // a copy of a call, whose answer nobody gets
	Detail   *Detail       // nil for most calls
	Traced   *Traced       // nil for a call that is not traced
}

// Detail is what only some calls have to tell. It is not changed once the record has
// been handed over; its strings are its own.
type Detail struct {
	EndUser  string // of the caller's own users
	Session  string
	Parent   string // the request that this one was made for
	RuleID   string // the routing rule that chose
	RuleName string
	Choice   *Choice // how the rule has chosen; nil where none has
	Marks    string  // of caches, plugins and guardrails, with commas between them
	Class    string  // of the error, if it failed
	Message  string  // of the error; not yet redacted
	Tries    []Try   // when more than one was made, or the only one failed
}

// Choice is what a routing rule has decided by. Options are the rule's targets as it has them;
// their strings point into the configuration.
type Choice struct {
	Asked    Text  // the model, as the call named it
	Revision int64 // of the configuration
	Strategy string
	Options  []Option
}

// Option is a target as the rule's strategy saw it.
type Option struct {
	Provider, Model, Key string // what is empty is as the call has it
	Weight               float64
	Refused              string // the code of why the call might not go there; "" where it might
	Ready                bool
	Latency              time.Duration // 0: not known, or not asked
	CostNano             int64         // -1: not known, or not asked
	Busy                 float64       // -1: not asked
	Place                int           // in the order in which they are tried, from 1; 0 for what was left out
}

// Try is one time that a provider was asked.
type Try struct {
	Provider, Model, Key, Worker string

	Status  int
	Class   string        // of the error; "" for none
	Code    string        // of the error
	Started time.Duration // since the call began
	Took    time.Duration
}

// Text is a short string held by value.
type Text struct {
	n   uint8
	buf [47]byte
}

// Set keeps the beginning of s.
func (t *Text) Set(s string) { t.n = uint8(copy(t.buf[:], s)) }

// String returns the text. It is a method of the value, so that a Text in a struct
// prints as what it says.
func (t Text) String() string { return string(t.buf[:t.n]) }

// Borrow returns the text without copying it, for as long as t is not changed.
func (t *Text) Borrow() string { return unsafe.String(&t.buf[0], int(t.n)) }
