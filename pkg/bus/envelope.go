package bus

import "github.com/nats-io/nats.go/jetstream"

// Header is a header of a message.
type Header struct{ Name, Doc string }

// headers is every header, in the order of declaration.
var headers []Header

func header(name, doc string) string {
	headers = append(headers, Header{Name: name, Doc: doc})
	return name
}

// The headers of messages. A time is told as what is left of it, never as a time of
// day: the clocks of two nodes need not agree.
var (
	HeaderCall        = header("Asbru-Id", "The call's id, the same for all its attempts.")
	HeaderAttempt     = header("Asbru-Attempt", "Which attempt this is, from 1.")
	HeaderNode        = header("Asbru-Node", "The node that sent it; of an overflowing call, the edge that wants its frames.")
	HeaderBudget      = header("Asbru-Budget-Ms", "What is left of the call's time, in milliseconds.")
	HeaderRevision    = header("Asbru-Rev", "The revision of the configuration that the sender goes by.")
	HeaderReservation = header("Asbru-Resv", "The reservation of limits and money made for the call, so that nobody reserves twice.")
	HeaderWindow      = header("Asbru-Window", "How many frames the worker may send before the first credit.")
	HeaderBlob        = header("Asbru-Blob", "The object in the store `blobs` that is the body.")
	HeaderEncoding    = header("Asbru-Encoding", "How the body is compressed; absent if it is not.")
	HeaderFrame       = header("Asbru-Frame", "What a frame is: start, data, hb, end, err; what a flow message is: credit, cancel.")
	HeaderSequence    = header("Asbru-Seq", "A frame's number, from 1, without a gap.")
	HeaderVersion     = header("Asbru-Version", "The version of the body's format, where there is more than one.")
	HeaderTrace       = header("traceparent", "The trace that the message belongs to (W3C Trace Context).")

	// HeaderMessageID makes the server drop a second message with the same value.
	HeaderMessageID = header(jetstream.MsgIDHeader, "Known to the server: within a stream's window, a second message with the same value is dropped.")
)
