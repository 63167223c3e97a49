package transcript

import "regexp"

// Which says of which calls transcripts are kept.
type Which uint8

// The calls that may be meant.
const (
	None   Which = iota
	Asked        // of virtual keys that say so
	Failed       // that, and calls that fail
	All
)

// Rules say of which calls transcripts are kept, and what of them. They do not change.
type Rules struct {
	Which Which
	// MaxBytes bounds the text of a request, and that of an answer.
	MaxBytes int
	// Redact finds what is taken out besides what looks like a secret.
	Redact []*regexp.Regexp
}

// Keep says whether a transcript is kept of a call of a virtual key. own is what the key
// itself says, nil for nothing; failed is whether the call has failed.
func (r *Rules) Keep(own *bool, failed bool) bool {
	switch {
	case r.Which == None:
		return false
	case own != nil:
		return *own
	}
	return r.Which == All || r.Which == Failed && failed
}

// Listen says whether what such a call says must be collected before it is known how it ends.
func (r *Rules) Listen(own *bool) bool { return r.Keep(own, true) }
