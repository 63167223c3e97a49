package sse

// Event is one event of a stream. All its bytes are borrowed from the Splitter
// that made it and are valid until the next call of one of its methods.
type Event struct {
	Name []byte // of the last event: field; nil when there was none
	// Data is that of the data: fields, joined with LF; nil when there was none,
	// and then a browser would not dispatch the event. It is empty, not nil, for
	// a data: field that is empty.
	Data []byte
	Raw  []byte // the event as it came, with its comments and the blank line that ends it
	// Comment: nothing but comments, fields that mean nothing here, or the blank
	// line alone; Data and Name are nil.
	Comment bool
}
