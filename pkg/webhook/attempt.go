package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/egress"
)

const (
	// attemptTimeout bounds one try, from the name's look-up to the answer's end.
	attemptTimeout = 10 * time.Second
	// answerMax is how much of an answer is read, so that its connection can be used
	// again. Nothing in it counts.
	answerMax = 64 << 10
)

// outcome is how a try has ended.
type outcome int

const (
	delivered   outcome = iota // the receiver has it
	gone                       // the receiver wants nothing any more
	rejected                   // the receiver answered, but does not have it
	unreachable                // no answer, or an error of the receiver's server
	forbidden                  // the address may not be reached
	interrupted                // the sender has ended the try
)

// result is the end of a try.
type result struct {
	outcome outcome
	reason  string // for the log; without the address, which may hold a token
	after   time.Duration
}

// attempt posts a delivery once.
func (s *Sender) attempt(ctx context.Context, d delivery, keys [][]byte) result {
	limited, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, d.URL, bytes.NewReader(d.body))
	if err != nil {
		return result{outcome: forbidden, reason: "the URL cannot be read"}
	}
	now := s.o.Now()
	h := req.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "asbru-webhook/1")
	h.Set("webhook-id", d.ID)
	h.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	signatures := make([]string, 0, len(keys))
	for _, key := range keys {
		signatures = append(signatures, sign(key, d.ID, now, d.body))
	}
	h.Set("webhook-signature", strings.Join(signatures, " "))
	answer, err := s.client.Do(req)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return result{outcome: interrupted}
	case errors.Is(err, egress.ErrAddress):
		return result{outcome: forbidden, reason: egress.ErrAddress.Error()}
	case limited.Err() != nil:
		return result{outcome: unreachable, reason: "no answer in time"}
	default:
		return result{outcome: unreachable, reason: "no connection, or no answer over it"}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, answerMax)) // its status has said all
	return read(answer, now)
}

// read tells what an answer means.
func read(answer *http.Response, now time.Time) result {
	r := result{reason: "status " + strconv.Itoa(answer.StatusCode), after: retryAfter(answer.Header, now)}
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		r.outcome = delivered
	case code == http.StatusGone:
		r.outcome = gone
	case code >= 500:
		r.outcome = unreachable
	default: // a redirect too: the address was checked, what it names was not
		r.outcome = rejected
	}
	return r
}
