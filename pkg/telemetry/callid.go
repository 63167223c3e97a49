package telemetry

// Hot path.

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// CallIDs makes the ids of calls. None is given twice, on any node or after a
// restart: an id has the time in milliseconds, 32 random bits of this value, and
// a count that begins at random. In that order, since a store's indexes grow at
// one end then. Safe for concurrent use.
type CallIDs struct {
	own  uint32
	next atomic.Uint64
}

// NewCallIDs returns a maker of ids, for one process.
func NewCallIDs() *CallIDs {
	c := &CallIDs{own: rand.Uint32()}
	c.next.Store(rand.Uint64())
	return c
}

// Next returns the id of a call that began at a time: 32 hexadecimal digits.
func (c *CallIDs) Next(at time.Time) (id Text) {
	var raw [16]byte // 6 bytes of time, 4 of own, 6 of count
	binary.BigEndian.PutUint64(raw[8:], c.next.Add(1))
	binary.BigEndian.PutUint64(raw[:], uint64(at.UnixMilli())<<16)
	binary.BigEndian.PutUint32(raw[6:], c.own)
	id.n = uint8(hex.Encode(id.buf[:], raw[:]))
	return id
}
