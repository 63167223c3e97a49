package plugin

// Hot path.

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Call is a call as plugins see it. It has one owner at a time: nothing of it, nor of
// what it points to, may be kept or used once the plugin has returned.
type Call struct {
	ID        string // the gateway's own, never given twice
	RequestID string // what the caller knows the call by
	Dialect   string // the caller's: openai, anthropic, genai, …; go for a program's own calls
	Op        api.Op
	Stream    bool
	Caller    Caller
	// Provider and Model are as they are asked for: before routing Model may name its
	// provider, and Provider is empty; from [AttemptHook] on they are those of the attempt.
	Provider, Model string
	Attempt         int // from 1; 0 before routing
	// Metadata is what the caller has given along, as k=v,… It is kept with the call in the
	// log and the ledger, and before routing it may be changed.
	Metadata string
	// Request may be changed, and is sent as it has become, also in later attempts. Before
	// routing its Model may be changed too. It is nil for an operation that passes in the
	// caller's own form.
	Request *api.Request
	// Header returns a header of the caller's request, "" where there is none.
	Header func(name string) string

	asked  string // the model, as the caller has it
	notes  []byte
	noted  int
	sent   []Header
	again  *api.Error
	final  *api.Error
	values map[any]any
	// concealed are values and what stands for them, by turns.
	concealed []string
}

// Caller is who makes a call. What is not known is empty.
type Caller struct {
	VirtualKeyID string `json:"virtual_key_id,omitempty"`
	VirtualKey   string `json:"virtual_key,omitempty"` // its name
	Team         string `json:"team,omitempty"`        // ids, this and the next two
	Customer     string `json:"customer,omitempty"`
	User         string `json:"user,omitempty"`
	EndUser      string `json:"end_user,omitempty"` // of the caller's own users
}

// The most that is kept of a call's notes.
const (
	maxNotes = 32
	maxNote  = 256 // bytes of one
)

// Note keeps a short remark with the call's row in the log, as name:value among its
// marks. It is no place for what a caller wrote.
func (c *Call) Note(name, value string) {
	if c.noted == maxNotes || name == "" {
		return
	}
	c.noted++
	if len(c.notes) > 0 {
		c.notes = append(c.notes, ',')
	}
	start := len(c.notes)
	c.notes = appendNote(c.notes, name)
	if value != "" {
		c.notes = appendNote(append(c.notes, ':'), value)
	}
	if len(c.notes) > start+maxNote {
		c.notes = c.notes[:start+maxNote]
	}
}

// appendNote leaves out what would look like another note.
func appendNote(dst []byte, s string) []byte {
	for i := range len(s) {
		switch b := s[i]; {
		case b == ',':
			dst = append(dst, ';')
		case b >= 0x20 && b != 0x7f:
			dst = append(dst, b)
		}
	}
	return dst
}

// Notes returns what has been noted, with commas between.
func (c *Call) Notes() string { return strings.ToValidUTF8(string(c.notes), "") }

// Send has the provider sent a header, in [AttemptHook] and for that attempt, in the
// place of one that another plugin has sent under its name.
func (c *Call) Send(name, value string) {
	for i := range c.sent {
		if strings.EqualFold(c.sent[i].Name, name) {
			c.sent[i].Value = value
			return
		}
	}
	c.sent = append(c.sent, Header{name, value})
}

// Sent returns the headers that the provider is to be sent.
func (c *Call) Sent() []Header { return c.sent }

// Value returns what SetValue has kept under a key, nil for nothing. A plugin keeps its
// own state of a call so, under a key of a type of its own.
func (c *Call) Value(key any) any { return c.values[key] }

// SetValue keeps a value until the call is over.
func (c *Call) SetValue(key, value any) {
	if c.values == nil {
		c.values = map[any]any{}
	}
	c.values[key] = value
}

// Conceal has a value kept nowhere: where what is said in the call is kept in the log, it
// has what stands for the value in its place, also in what the caller is shown.
func (c *Call) Conceal(placeholder, value string) {
	c.concealed = append(c.concealed, value, placeholder)
}

// Concealed returns the values of Conceal, each with what stands for it behind it. It is
// the caller's to keep.
func (c *Call) Concealed() []string { return slices.Clone(c.concealed) }

// Again marks an error that an [AnswerHook] returns: the provider is to be asked once
// more, with the request as the plugin has changed it. The gateway does so a few times at
// most, then the caller gets the error.
func (c *Call) Again(err *api.Error) *api.Error {
	c.again = err
	return err
}

// WantsAgain says whether err was marked by Again.
func (c *Call) WantsAgain(err *api.Error) bool { return err != nil && c.again == err }

// Final marks an error that a hook returns: no other provider is asked that the call
// could fall back to.
func (c *Call) Final(err *api.Error) *api.Error {
	c.final = err
	return err
}

// IsFinal says whether err was marked by Final.
func (c *Call) IsFinal(err *api.Error) bool { return err != nil && c.final == err }

// Reset makes c empty for another call.
func (c *Call) Reset() {
	if len(c.values) > 0 {
		clear(c.values)
	}
	clear(c.sent)
	clear(c.concealed)
	*c = Call{Header: c.Header, notes: c.notes[:0], values: c.values, sent: c.sent[:0], concealed: c.concealed[:0]}
}
