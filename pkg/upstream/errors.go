package upstream

import "errors"

// What can go wrong besides the network's own errors. A deadline that passed is
// os.ErrDeadlineExceeded; an answer that broke off is io.ErrUnexpectedEOF.
var (
	// ErrCut: the call's Cut was fired.
	ErrCut = errors.New("upstream: the call was cut off")
	// ErrStale: the provider had closed this reused connection before any byte of
	// the request reached it, so the request was not seen and may be sent again.
	// See [Conn.ReadHead] for the rule.
	ErrStale = errors.New("upstream: the idle connection had been closed by the provider")
	// ErrHead: the answer's status line or a header field is not HTTP/1.1.
	ErrHead = errors.New("upstream: malformed answer head")
	// ErrHeadTooLarge: the answer's head is over Options.MaxHeaderBytes.
	ErrHeadTooLarge = errors.New("upstream: answer head too large")
	// ErrChunk: a chunk of the answer's body is malformed.
	ErrChunk = errors.New("upstream: malformed chunk")
	// ErrEncoding: the answer's content encoding is unknown, or its data are damaged.
	ErrEncoding = errors.New("upstream: content encoding cannot be decoded")
	// ErrBodyTooLarge: the body is over the limit given to ReadAll, or inflates
	// out of proportion.
	ErrBodyTooLarge = errors.New("upstream: answer body too large")
)
