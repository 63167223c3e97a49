package transcript

import (
	"context"
	"time"
)

// Transcript is what was said in a call.
type Transcript struct {
	CallID   string    `json:"id"`
	Time     time.Time `json:"time"` // when the call began
	Request  Body      `json:"request"`
	Response Body      `json:"response"`
}

// Body is a request's or an answer's body as it is kept: valid UTF-8 without NUL, without
// what looks like a secret, and of a bounded size.
type Body struct {
	Text  string `json:"text"`
	Bytes int64  `json:"bytes"` // of the whole body, as it was sent
	// Cut: Text does not have all of it.
	Cut bool `json:"cut,omitempty"`
	// Assembled: it came as a stream of events, and Text is the answer that they tell.
	Assembled bool `json:"assembled,omitempty"`
}

// Store keeps transcripts. PutTranscripts keeps all of them or fails; one of a call that
// it has already, or that was taken out of the log, changes nothing. It must not keep the
// slice.
type Store interface {
	PutTranscripts(ctx context.Context, all []Transcript) error
}
