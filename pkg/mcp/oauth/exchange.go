package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// tokens are what a token endpoint gives (RFC 6749, section 5.1).
type tokens struct {
	Access    string      `json:"access_token"`
	Type      string      `json:"token_type"`
	Refresh   string      `json:"refresh_token"`
	ExpiresIn json.Number `json:"expires_in"`
	Scope     string      `json:"scope"`
}

// refusedError is the no of a token endpoint, with its code.
type refusedError struct{ code string }

func (e *refusedError) Error() string { return "the authorization server refuses: " + e.code }

// final says whether to ask again is of no use: the code or the token is none any more, or
// the gateway is not known.
func (e *refusedError) final() bool {
	switch e.code {
	case "temporarily_unavailable", "server_error", "slow_down":
		return false
	}
	return true
}

// ask asks a token endpoint. It is written here, and not that of x/oauth2, because that one
// names no resource when it renews a token (RFC 8707, section 2.2), and repeats the answer in
// its errors.
func ask(ctx context.Context, c *http.Client, e *Endpoints, client *Registered, form url.Values) (*tokens, error) {
	form.Set("resource", e.Resource)
	resp, err := post(ctx, c, e.Token, e, client, form)
	if err != nil {
		return nil, errors.New("the authorization server cannot be asked")
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, errors.New("the answer of the authorization server broke off")
	}
	if resp.StatusCode != http.StatusOK {
		var said struct {
			Error string `json:"error"`
		}
		if json.Unmarshal(body, &said) != nil || said.Error == "" || resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests {
			return nil, fmt.Errorf("the authorization server answers with status %d", resp.StatusCode)
		}
		return nil, &refusedError{plainCode(said.Error)}
	}
	var t tokens
	if json.Unmarshal(body, &t) != nil || t.Access == "" || strings.ContainsFunc(t.Access+t.Refresh, unprintable) {
		return nil, errors.New("the authorization server answers with no token")
	}
	if !strings.EqualFold(t.Type, "bearer") {
		return nil, errors.New("the authorization server gives a token that is no bearer token")
	}
	return &t, nil
}

func unprintable(r rune) bool { return r <= ' ' || r > '~' }

// expiry is when a token that was given now is none any more; zero: not said.
func (t *tokens) expiry(now time.Time) time.Time {
	seconds, err := t.ExpiresIn.Float64()
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(math.Min(seconds, 10*365*86400) * float64(time.Second)))
}

// post sends a form with what shows who the gateway is (RFC 6749, section 2.3).
func post(ctx context.Context, c *http.Client, address string, e *Endpoints, client *Registered, form url.Values) (*http.Response, error) {
	method := client.Method
	if method == "" {
		method = preferred(e.Methods)
	}
	basic := client.Secret != "" && method == byBasic
	if !basic {
		form.Set("client_id", client.ID)
		if client.Secret != "" {
			form.Set("client_secret", client.Secret)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if basic {
		req.SetBasicAuth(url.QueryEscape(client.ID), url.QueryEscape(client.Secret))
	}
	return c.Do(req)
}
