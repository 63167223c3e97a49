package oauth

import (
	"io"
	"net"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/egress"
)

// Bounds of what an authorization server may answer.
const (
	answerTimeout  = 10 * time.Second
	maxAnswerBytes = 1 << 20
)

// newClient makes what asks servers: only where they may be, and without following
// redirects. Its connections are not kept, since it is used seldom.
func newClient(private bool) *http.Client {
	dialer := net.Dialer{Timeout: answerTimeout, Control: egress.Control(func() bool { return private })}
	return &http.Client{
		Timeout: answerTimeout,
		Transport: guarded{private, &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: answerTimeout, MaxResponseHeaderBytes: 64 << 10,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// guarded lets requests go where they may, and cuts off answers that are too long.
type guarded struct {
	private bool
	base    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := egress.CheckURL(r.URL.String(), g.private); err != nil {
		return nil, err
	}
	resp, err := g.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswerBytes), resp.Body}
	return resp, nil
}
