package gateway

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
)

// isFrames says whether a stream comes in AWS's frames. Inside they are events, so
// that both lanes know but one framing.
func isFrames(contentType []byte) bool {
	return bytes.HasPrefix(contentType, []byte(eventstream.ContentType))
}

// unframe returns the events that are whole with b. Behind what is no frame nothing
// can be read any more: the stream counts as closed there.
func (c *Call) unframe(b []byte) []byte {
	events, err := c.stream.frames.Next(b)
	if err != nil {
		c.stream.closed = true
		c.drop()
	}
	return events
}
