package overflow

// Hot path.

import (
	"encoding/binary"
	"time"
)

// flowKind is what an edge tells a worker.
type flowKind uint8

const (
	noFlow flowKind = iota
	// consent answers the claim: run it. It has the first credit, and what is left of the time.
	consent
	credit   // more may be sent
	cancel   // the answer is not wanted, or not any more
	received // the end, or the failure, has come
	flows
)

// flow is a message from an edge. Credit is absolute, so that one which is lost or
// comes twice does no harm.
type flow struct {
	kind   flowKind
	frames uint64        // up to which Seq frames may be sent
	bytes  uint64        // how many bytes of data may be sent, from the beginning
	budget time.Duration // consent
}

func (f *flow) append(b []byte) []byte {
	b = append(b, version, byte(f.kind))
	b = binary.AppendUvarint(b, f.frames)
	b = binary.AppendUvarint(b, f.bytes)
	return binary.AppendUvarint(b, milliseconds(f.budget))
}

func (f *flow) decode(message []byte) error {
	*f = flow{}
	r, err := open(message)
	if err != nil || len(r.b) == 0 {
		return ErrFormat
	}
	f.kind, r.b = flowKind(r.b[0]), r.b[1:]
	f.frames, f.bytes, f.budget = r.count(), r.count(), duration(r.count())
	if r.bad || f.kind == noFlow || f.kind >= flows {
		return ErrFormat
	}
	return nil
}

// Cancel is the message that a worker gets whose claim is not wanted.
func Cancel() []byte { return (&flow{kind: cancel}).append(nil) }
