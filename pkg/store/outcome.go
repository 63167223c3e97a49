package store

import "github.com/asbru-gateway/asbru/pkg/usage"

// Outcome is how a call ended.
type Outcome int64

// The outcomes.
const (
	Succeeded Outcome = iota
	Failed            // with an error, or a stream that broke off
	Canceled          // its caller left
)

// codeLeft is the error of a call whose caller left.
const codeLeft = "client_closed_request"

// OutcomeOf says how a call ended.
func OutcomeOf(e *usage.Entry) Outcome { return outcomeOf(int64(e.Status), e.Code, e.Truncated) }

func outcomeOf(status int64, code string, truncated bool) Outcome {
	switch {
	case status == 499 || code == codeLeft:
		return Canceled
	case status >= 400 || code != "" || truncated:
		return Failed
	}
	return Succeeded
}
