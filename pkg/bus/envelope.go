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

// The headers of messages. The messages of overflow have none but the server's: what
// there is to say is in the message, see pkg/overflow.
var (
	HeaderCall    = header("Asbru-Id", "The call's id, the same for all its attempts.")
	HeaderNode    = header("Asbru-Node", "The node that sent it.")
	HeaderVersion = header("Asbru-Version", "The version of the body's format, where there is more than one.")
	HeaderTrace   = header("traceparent", "The trace that the message belongs to (W3C Trace Context).")

	HeaderReason = header("Asbru-Reason", "Why a webhook was given up.")

	// HeaderMessageID makes the server drop a second message with the same value.
	HeaderMessageID = header(jetstream.MsgIDHeader, "Known to the server: within a stream's window, a second message with the same value is dropped.")
	// HeaderTTL bounds a message's life, to a whole second at least.
	HeaderTTL = header(jetstream.MsgTTLHeader, "Known to the server: how long a stream keeps the message, as a duration.")
)
