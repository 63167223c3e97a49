package eventstream

// Kind says what a message is: its :message-type.
type Kind uint8

// The kinds of message. An exception is one that the service's model describes; an
// error is any other, and has no payload.
const (
	Event Kind = iota
	Exception
	Error
)

// Message is what a frame says. All its bytes are borrowed from the Reader that made
// it, until the next call of one of its methods.
type Message struct {
	Kind Kind
	// Name is the :event-type, :exception-type or :error-code.
	Name []byte
	// Text is the :error-message of an error.
	Text    []byte
	Payload []byte
}

// ContentType is the media type of a stream of frames.
const ContentType = "application/vnd.amazon.eventstream"

// MaxFrame and MaxHeaders are the most bytes that a frame and its headers may have.
const (
	MaxFrame   = 16 << 20
	MaxHeaders = 128 << 10
)

const (
	preludeBytes  = 12 // two lengths and their checksum
	checksumBytes = 4
)

// The names of the headers.
const (
	headerKind        = ":message-type"
	headerEvent       = ":event-type"
	headerException   = ":exception-type"
	headerContentType = ":content-type"
	headerErrorCode   = ":error-code"
	headerErrorText   = ":error-message"
)
