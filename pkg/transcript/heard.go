package transcript

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Heard is what a call has said, as the gateway heard it. Its memory is its own.
type Heard struct {
	CallID            string
	Time              time.Time
	Rules             *Rules
	Request, Response Piece

	// Codec and Head are the caller's dialect, and what the form of its answers depends on.
	Codec dialect.Codec
	Head  dialect.Head
	// Concealed are values that are not kept, each with what is kept in its place behind it.
	Concealed []string
	// Stream: the response is a stream of events.
	Stream bool
}

// Piece is the beginning of a body.
type Piece struct {
	Data []byte
	Size int64  // of the whole body
	Type string // its content type; "" for JSON
}

// margin is how much more of a body is heard than is kept: a secret that the end of what
// is kept would cut is known as one by what stands behind.
const margin = 4 << 10

// PieceOf copies as much of a body as rules need to hear.
func PieceOf(r *Rules, body []byte, contentType string) Piece {
	return Piece{Data: append([]byte(nil), body[:min(len(body), r.MaxBytes+margin)]...), Size: int64(len(body)), Type: contentType}
}

// size is the memory that h takes.
func (h *Heard) size() int64 { return int64(cap(h.Request.Data) + cap(h.Response.Data)) }
