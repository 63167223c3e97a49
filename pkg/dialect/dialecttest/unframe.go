package dialecttest

import (
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
)

// Unframe returns what turns the pieces of one of c's streams into those of
// server-sent events. What it returns is valid until the next call.
func Unframe(t require.TestingT, c dialect.Codec) func(wire []byte) []byte {
	if c.Writer(&dialect.Head{}).ContentType() != eventstream.ContentType {
		return func(wire []byte) []byte { return wire }
	}
	var e eventstream.Events
	if u, ok := c.(dialect.Unframer); ok {
		e.Write = u.Unframe
	}
	return func(wire []byte) []byte {
		events, err := e.Next(wire)
		require.NoError(t, err)
		return events
	}
}
