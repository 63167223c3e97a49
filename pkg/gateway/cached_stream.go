package gateway

// Hot path where answers are kept.

import (
	"bytes"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

// heardForCache collects a stream that may be kept.
func (c *Call) heardForCache(b []byte) {
	k := c.caching
	if k.hit != nil || !k.wish.store || len(b) == 0 || k.size > c.snapshot.cache.largest {
		return
	}
	var said []byte
	if strings.HasPrefix(c.ContentType, "text/event-stream") {
		said = k.events.append(nil, b)
	} else {
		said = bytes.Clone(b)
	}
	if len(said) == 0 {
		return
	}
	if k.size += len(said); k.size > c.snapshot.cache.largest {
		k.beats = nil
		return
	}
	now := time.Now()
	if k.heard.IsZero() {
		k.heard = now
	}
	k.beats = append(k.beats, cache.Beat{After: now.Sub(k.heard), Bytes: said})
	k.heard = now
}

// eventFilter takes the comments out of a stream of events, which comes in pieces: they are
// heartbeats, and no part of the answer.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
type eventFilter struct {
	inLine, inComment, inEvent bool // what the piece before has ended in
	cr                         bool // it has ended in a carriage return, which may be of an empty line
}

// append appends a piece without its comments.
func (f *eventFilter) append(dst, piece []byte) []byte {
	if f.cr {
		f.cr, piece = false, append([]byte{'\r'}, piece...)
	}
	for len(piece) > 0 {
		if f.cr = !f.inLine && len(piece) == 1 && piece[0] == '\r'; f.cr {
			break
		}
		n := bytes.IndexByte(piece, '\n') + 1
		whole := n > 0
		if !whole {
			n = len(piece)
		}
		line := piece[:n]
		piece = piece[n:]
		if !f.inLine {
			f.inComment = line[0] == ':'
		}
		empty := !f.inLine && (line[0] == '\n' || len(line) == 2 && line[0] == '\r' && whole)
		if !f.inComment && (!empty || f.inEvent) { // an empty line behind a comment alone ends nothing
			dst = append(dst, line...)
		}
		if !f.inComment {
			f.inEvent = !empty
		}
		f.inLine = !whole
	}
	return dst
}
