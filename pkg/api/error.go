package api

import (
	"fmt"
	"time"
)

// Kind is the class of an error; each dialect has its own word and status for it.
type Kind uint8

// The kinds of error.
const (
	KindInternal       Kind = iota // a fault of the gateway
	KindInvalid                    // the request is wrong
	KindAuthentication             // who are you
	KindPermission                 // you may not
	KindNotFound                   // no such model, route, object
	KindMethod                     // no such method at this route
	KindTooLarge                   // body over the limit
	KindRateLimit                  // slow down
	KindBilling                    // quota or budget used up
	KindOverloaded                 // the provider or the gateway has no room
	KindUnavailable                // the provider cannot be reached, or fails
	KindTimeout                    // a deadline passed
	KindCanceled                   // the caller left
	KindUnsupported                // the provider cannot do this operation
)

// Sent says whether the provider may have seen the request.
type Sent uint8

// The answers to "was it sent". SentMaybe: bytes were written and no answer
// came, so the call may have been run, and paid for.
const (
	SentNo Sent = iota
	SentMaybe
	SentYes
)

// Error is a failure in the vocabulary of all dialects. Message is safe to show
// to the caller: it never holds a key, an internal address or a stack.
type Error struct {
	Kind     Kind
	Status   int    // HTTP status to answer with; 0 means the kind's own
	Code     string // one of the documented gateway codes, or the provider's
	Param    string // the field at fault
	Message  string
	Type     string // the provider's own type word, for its own dialect
	Provider string // who said it; empty when the gateway did
	// RetryAfter is how long to wait before trying again; 0 when not known.
	RetryAfter time.Duration
	Sent       Sent
	// Raw is the provider's whole error body in dialect RawOf: a caller of that
	// dialect gets it as it is.
	Raw   JSON
	RawOf string
}

// Errorf returns an error of the gateway's own.
func Errorf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns a KindInvalid error about the field param.
func Invalid(code, param, format string, args ...any) *Error {
	e := Errorf(KindInvalid, code, format, args...)
	e.Param = param
	return e
}

// Error implements error.
func (e *Error) Error() string {
	if e.Provider != "" {
		return e.Provider + ": " + e.Message
	}
	return e.Message
}

var kindStatus = [...]int{
	KindInternal: 500, KindInvalid: 400, KindAuthentication: 401, KindPermission: 403,
	KindNotFound: 404, KindMethod: 405, KindTooLarge: 413, KindRateLimit: 429, KindBilling: 402,
	KindOverloaded: 503, KindUnavailable: 502, KindTimeout: 504, KindCanceled: 499, KindUnsupported: 400,
}

var kindNames = [...]string{
	KindInternal: "internal", KindInvalid: "invalid", KindAuthentication: "authentication", KindPermission: "permission",
	KindNotFound: "not_found", KindMethod: "method", KindTooLarge: "too_large", KindRateLimit: "rate_limit", KindBilling: "billing",
	KindOverloaded: "overloaded", KindUnavailable: "unavailable", KindTimeout: "timeout", KindCanceled: "canceled", KindUnsupported: "unsupported",
}

// String names the kind, for the log.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// HTTPStatus returns the status to answer with: Status, or the kind's own.
func (e *Error) HTTPStatus() int {
	if e.Status != 0 {
		return e.Status
	}
	return kindStatus[e.Kind]
}

// KindOfStatus returns the kind that a provider's HTTP status stands for.
func KindOfStatus(status int) Kind {
	switch status {
	case 400, 409, 415, 422, 424:
		return KindInvalid
	case 401:
		return KindAuthentication
	case 402:
		return KindBilling
	case 403:
		return KindPermission
	case 404, 410:
		return KindNotFound
	case 405:
		return KindMethod
	case 408, 504:
		return KindTimeout
	case 413:
		return KindTooLarge
	case 429:
		return KindRateLimit
	case 499:
		return KindCanceled
	case 503, 529:
		return KindOverloaded
	}
	if status >= 400 && status < 500 {
		return KindInvalid
	}
	return KindUnavailable
}
