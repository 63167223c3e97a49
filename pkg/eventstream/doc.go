// Package eventstream reads and writes the framing in which AWS sends streams,
// application/vnd.amazon.eventstream: binary frames with headers, a payload and two
// checksums. It does no I/O and knows nothing of what the payloads say.
//
// A [Reader] is fed bytes as they arrive and gives out whole [Message]s;
// [AppendMessage] writes one. [Events] turns the one framing into the other that the
// rest of the house reads: an event's type and payload become the name and data of a
// server-sent event.
//
// https://smithy.io/2.0/aws/amazon-eventstream.html
package eventstream
