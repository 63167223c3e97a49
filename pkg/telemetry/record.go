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
	VirtualKeyID, Team, Customer       string
	Worker                             string // who served it, if it was not this node
	Metadata                           string // what the caller gave along, as k=v,…; a copy
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
