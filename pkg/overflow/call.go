package overflow

import (
	"encoding/binary"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// MaxInline is the largest body that goes along with its call. A larger one is
// fetched from the store of blobs by the worker that has claimed the call.
const MaxInline = 512 << 10

// Call is a call as an edge hands it over: what has been decided on it there, which
// is not decided again, and its body.
type Call struct {
	Transfer  ID
	Edge      string // the node that wants the answer
	ID        string // of the call, the same for all its tries; what is reserved of limits goes by it
	RequestID string // what the caller knows it by
	Attempt   int    // which of the call's tries at providers this is, from 1
	Revision  int64  // of the edge's configuration
	// Budget is what is left of the time for an answer to begin; Bounded says that
	// a stream must end within it, too.
	Budget  time.Duration
	Bounded bool

	// What the path says of the request; the rest is in the body.
	Dialect     string
	Op          api.Op
	Model       string
	Stream      bool
	ArrayStream bool
	Legacy      bool

	// Where it goes, and with which of the provider's keys.
	Provider string
	Target   string // the model
	Key      string // the key's id
	// Hold has the events before the first content held back: should the stream
	// fail there, the edge has another provider to ask.
	Hold bool

	// Who calls: the virtual key's id and name, and whose it is.
	VirtualKeyID, VirtualKey, Team, Customer string

	Headers []Header // the caller's headers that the provider may see, and its traceparent

	Body []byte
	Blob bool // the body is in the store, under the transfer's name
}

// Append appends the call as a message.
func (c *Call) Append(b []byte) []byte {
	b = append(b, version)
	head := c.appendHead(make([]byte, 0, 512))
	b = append(binary.AppendUvarint(b, uint64(len(head))), head...)
	if c.Blob {
		return b
	}
	return append(b, c.Body...)
}

func (c *Call) appendHead(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.Transfer))
	for _, s := range c.texts() {
		b = appendText(b, *s)
	}
	b = appendText(b, c.Op.String())
	b = binary.AppendUvarint(b, uint64(c.Attempt))
	b = binary.AppendUvarint(b, uint64(c.Revision))
	b = binary.AppendUvarint(b, milliseconds(c.Budget))
	b = appendFlags(b, c.Bounded, c.Stream, c.ArrayStream, c.Legacy, c.Hold, c.Blob)
	return appendHeaders(b, c.Headers)
}

// texts are the call's texts, in the order of the message.
func (c *Call) texts() [12]*string {
	return [...]*string{
		&c.Edge, &c.ID, &c.RequestID, &c.Dialect, &c.Model, &c.Provider, &c.Target, &c.Key,
		&c.VirtualKeyID, &c.VirtualKey, &c.Team, &c.Customer,
	}
}

// Decode reads a message. The body borrows from it.
func (c *Call) Decode(message []byte) error {
	*c = Call{}
	whole, err := open(message)
	if err != nil {
		return err
	}
	r := whole.within()
	c.Transfer = ID(r.count())
	for _, s := range c.texts() {
		*s = r.text()
	}
	c.Op, _ = api.OpByName(r.text()) // numbers may differ between versions, names do not
	c.Attempt = int(r.count() & 0xffff)
	c.Revision = int64(r.count())
	c.Budget = duration(r.count())
	r.flags(&c.Bounded, &c.Stream, &c.ArrayStream, &c.Legacy, &c.Hold, &c.Blob)
	c.Headers = r.headers()
	if whole.bad || r.bad || c.Edge == "" || c.Op == api.OpNone {
		return ErrFormat
	}
	c.Body = whole.b
	return nil
}

// maxBudget is longer than any call may take.
const maxBudget = 366 * 24 * time.Hour

// milliseconds rounds up: what is left is never told as nothing.
func milliseconds(d time.Duration) uint64 {
	return uint64((min(max(d, 0), maxBudget) + time.Millisecond - 1) / time.Millisecond)
}

func duration(ms uint64) time.Duration {
	return time.Duration(min(ms, uint64(maxBudget/time.Millisecond))) * time.Millisecond
}
