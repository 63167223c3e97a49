package openid

import (
	"io"
	"net/http"
	"time"
)

// Bounds of what a provider may answer.
const (
	answerTimeout  = 10 * time.Second
	maxAnswerBytes = 1 << 20
)

// client asks providers. It follows no redirect: what is asked for is at the address that
// the provider gives, or nowhere.
var client = &http.Client{
	Timeout:       answerTimeout,
	Transport:     bounded{http.DefaultTransport},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// bounded cuts off answers that are too long.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswerBytes), res.Body}
	}
	return res, err
}
