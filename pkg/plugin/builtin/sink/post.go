package sink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/egress"
)

// maxAnswer bounds what is read of a target's answer.
const maxAnswer = 1 << 20

// Client returns a client that follows no redirects: they could lead lines, and what they are
// signed with, elsewhere.
func Client(c *http.Client) *http.Client {
	own := *c
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Do sends a request with a body, and returns the answer's. Whether what went wrong may be
// tried again is told by the status, which is all that errors tell: they hold neither the
// address, which may have a secret in it, nor what was answered.
func Do(client *http.Client, r *http.Request) ([]byte, error) {
	res, err := client.Do(r)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err
		}
		if errors.Is(err, egress.ErrAddress) {
			return nil, Permanent(err)
		}
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(answer) > maxAnswer:
		return nil, errTooMany
	case res.StatusCode < 300:
		return answer, nil
	}
	err = fmt.Errorf("it has answered with status %d", res.StatusCode)
	switch res.StatusCode {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return nil, err
	}
	if res.StatusCode < 500 {
		return nil, Permanent(err)
	}
	return nil, err
}

// Post makes a request with a JSON body.
func Post(ctx context.Context, to, contentType string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, Permanent(errors.New("the URL cannot be read"))
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "asbru")
	return r, nil
}

// CheckURL says whether lines may be sent to an address. Whether it is private is seen to
// where a connection is made.
func CheckURL(at, address string, private bool) error {
	if err := egress.CheckURL(address, private); err != nil {
		return config.Fault(at, "%s", err)
	}
	return nil
}
