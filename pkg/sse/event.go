package sse

// Event is one event of a stream. All its bytes are borrowed from the reader
// that made it and are valid until its next call.
type Event struct {
	Name []byte // of the event: field; nil when there was none
	Data []byte // of the data: fields, joined with LF
	Raw  []byte // the event as it came, with its comments and the blank line that ends it
	// Comment: nothing but comments and unknown fields; Data and Name are nil.
	Comment bool
}
