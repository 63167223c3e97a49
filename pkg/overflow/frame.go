package overflow

// Hot path.

import (
	"encoding/binary"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Kind is what a frame is.
type Kind uint8

// The kinds of frame, from worker to edge.
const (
	noKind Kind = iota
	// Beat says that a worker has the call: first to claim it, then once a second.
	// Its Seq is that of the last frame before it.
	Beat
	// Busy says that a worker which was asked directly has no slot.
	Busy
	// Start begins an answer. Of one that comes in one piece it says that the rest follows.
	Start
	// Data is a part of the answer, as the caller is to get it.
	Data
	// End is behind the last part.
	End
	// Fail stands for an answer: the try has failed, and nothing has been answered.
	Fail
	kinds
)

// Frame is a message from a worker. Each kind has the fields that its comment names.
type Frame struct {
	Kind Kind
	Seq  uint64 // from 1, without a gap, for Start, Data, End and Fail

	Worker string // who sends it: all but Data

	Status      int      // Start
	ContentType string   // Start
	Streaming   bool     // Start
	Returned    []Header // Start, Fail: the provider's headers that the caller gets

	Data     []byte // Data
	Produced int64  // Data, End: bytes of generated text so far, for an estimate

	Usage api.Usage // End
	Ended bool      // End: the stream has had its terminal event
	// Err is why the try failed (Fail), or what the stream was ended with (End); nil for neither.
	Err *api.Error
}

// Append appends the frame as a message.
func (f *Frame) Append(b []byte) []byte {
	b = append(b, version, byte(f.Kind))
	b = binary.AppendUvarint(b, f.Seq)
	if f.Kind == Data {
		b = binary.AppendUvarint(b, uint64(f.Produced))
		return append(b, f.Data...)
	}
	b = appendText(b, f.Worker)
	switch f.Kind {
	case Start:
		b = binary.AppendUvarint(b, uint64(f.Status))
		b = appendFlags(appendText(b, f.ContentType), f.Streaming)
		b = appendHeaders(b, f.Returned)
	case End:
		b = binary.AppendUvarint(b, uint64(f.Produced))
		b = appendFlags(b, f.Ended)
		b = appendUsage(b, &f.Usage)
		b = appendError(b, f.Err)
	case Fail:
		b = appendError(b, f.Err)
		b = appendHeaders(b, f.Returned)
	}
	return b
}

// Decode reads a message. Data borrows from it.
func (f *Frame) Decode(message []byte) error {
	*f = Frame{}
	r, err := open(message)
	if err != nil || len(r.b) == 0 {
		return ErrFormat
	}
	f.Kind, r.b = Kind(r.b[0]), r.b[1:]
	f.Seq = r.count()
	if f.Kind == Data {
		f.Produced = int64(r.count())
		f.Data = r.b
		return r.err()
	}
	f.Worker = r.text()
	switch f.Kind {
	case Start:
		f.Status, f.ContentType = int(r.count()&0xffff), r.text()
		r.flags(&f.Streaming)
		f.Returned = r.headers()
	case End:
		f.Produced = int64(r.count())
		r.flags(&f.Ended)
		r.usage(&f.Usage)
		f.Err = r.error()
	case Fail:
		f.Err = r.error()
		f.Returned = r.headers()
	}
	if r.bad || f.Kind == noKind || f.Kind >= kinds || f.Kind == Fail && f.Err == nil {
		return ErrFormat
	}
	return nil
}

// usageCounts are the figures of a usage, in the order of the message.
func usageCounts(u *api.Usage) [13]*int64 {
	return [...]*int64{
		&u.Input, &u.CacheRead, &u.CacheWrite, &u.Output, &u.Reasoning, &u.AudioIn, &u.AudioOut, &u.Images,
		&u.ImageIn, &u.ImageOut, &u.Units, &u.BilledInput, &u.BilledOutput,
	}
}

func appendUsage(b []byte, u *api.Usage) []byte {
	var room [96]byte
	in := appendFlags(room[:0], u.Known, u.Estimated)
	for _, n := range usageCounts(u) {
		in = binary.AppendVarint(in, *n)
	}
	return append(binary.AppendUvarint(b, uint64(len(in))), in...)
}

func (r *reader) usage(u *api.Usage) {
	in := r.within()
	in.flags(&u.Known, &u.Estimated)
	for _, n := range usageCounts(u) {
		*n = in.signed()
	}
	r.bad = r.bad || in.bad
}

// appendError appends an error, nothing for nil.
func appendError(b []byte, e *api.Error) []byte {
	if e == nil {
		return append(b, 0)
	}
	in := binary.AppendUvarint(nil, uint64(e.Kind))
	in = binary.AppendUvarint(in, uint64(e.Status))
	in = binary.AppendUvarint(in, uint64(e.Sent))
	in = binary.AppendUvarint(in, milliseconds(e.RetryAfter))
	for _, s := range [...]string{e.Code, e.Param, e.Message, e.Type, e.Provider, e.RawOf, string(e.Raw)} {
		in = appendText(in, s)
	}
	return append(binary.AppendUvarint(b, uint64(len(in))), in...)
}

func (r *reader) error() *api.Error {
	in := r.within()
	if len(in.b) == 0 {
		return nil
	}
	e := &api.Error{
		Kind: api.Kind(in.count()), Status: int(in.count() & 0xffff), Sent: api.Sent(in.count()), RetryAfter: duration(in.count()),
	}
	for _, s := range [...]*string{&e.Code, &e.Param, &e.Message, &e.Type, &e.Provider, &e.RawOf} {
		*s = in.text()
	}
	e.Raw = api.JSON(in.text())
	if e.Kind > api.KindUnsupported {
		e.Kind = api.KindInternal
	}
	e.Sent = min(e.Sent, api.SentYes)
	r.bad = r.bad || in.bad
	return e
}
