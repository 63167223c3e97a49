package vault

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// The errors of a [Client].
var (
	ErrNotFound = errors.New("vault: there is no such secret, or it was deleted")
	ErrDenied   = errors.New("vault: permission denied")
	ErrSealed   = errors.New("vault: it is sealed, or not able to answer")
)

const (
	answerTimeout  = 5 * time.Second
	maxAnswerBytes = 1 << 20
	// keptFor is how long a secret that was read stands for several fields of it.
	keptFor = 2 * time.Second
	// renewBefore is how long before its end a sign-in is made anew.
	renewBefore = 30 * time.Second
)

// Client reads secrets. Safe for concurrent use.
type Client struct {
	settings Settings
	http     http.Client

	mu    sync.Mutex
	token string
	until time.Time // zero: it does not end
	kept  map[string]kept
}

type kept struct {
	fields map[string]any
	read   time.Time
}

// NewClient makes a client. It signs in when something is read.
func NewClient(s Settings) *Client {
	return &Client{settings: s, kept: map[string]kept{}, http: http.Client{
		Transport:     transport(s.CACertPEM),
		Timeout:       answerTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a token goes nowhere else
	}}
}

// transport trusts authorities besides the system's, if there are any.
func transport(authorities string) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if authorities == "" {
		return t
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM([]byte(authorities)) // what is none, whoever made the settings has told
	t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return t
}

// Prefix begins a reference.
const Prefix = "vault:"

// Read returns what a reference vault:PATH#FIELD stands for. Without a field it is
// "value".
func (c *Client) Read(ctx context.Context, reference string) (string, error) {
	path, field, _ := strings.Cut(strings.TrimPrefix(reference, Prefix), "#")
	path = strings.Trim(path, "/")
	if path == "" {
		return "", errors.New("vault: want vault:PATH#FIELD")
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return "", errors.New("vault: the path has an empty part, or one of dots")
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fields, err := c.secret(ctx, path)
	if err != nil {
		return "", err
	}
	value, ok := fields[cmp.Or(field, "value")].(string)
	if !ok || value == "" {
		return "", errors.New("vault: the secret has no such field, or it is no text")
	}
	return value, nil
}

// secret reads a secret, signing in first, and once again if the sign-in does not hold
// any more.
func (c *Client) secret(ctx context.Context, path string) (map[string]any, error) {
	if k, ok := c.kept[path]; ok && time.Since(k.read) < keptFor {
		return k.fields, nil
	}
	fresh := false
	if c.token == "" || !c.until.IsZero() && time.Now().After(c.until) {
		if err := c.signIn(ctx); err != nil {
			return nil, err
		}
		fresh = true
	}
	fields, err := c.get(ctx, path)
	if errors.Is(err, ErrDenied) && !fresh {
		if err := c.signIn(ctx); err != nil {
			return nil, err
		}
		fields, err = c.get(ctx, path)
	}
	if err == nil {
		c.kept[path] = kept{fields, time.Now()}
	}
	return fields, err
}

func (c *Client) get(ctx context.Context, path string) (map[string]any, error) {
	var answer struct {
		Data struct {
			Data map[string]any `json:"data"`
		} `json:"data"`
	}
	parts := strings.Split(cmp.Or(c.settings.Mount, "secret")+"/data/"+path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	if err := c.call(ctx, http.MethodGet, strings.Join(parts, "/"), nil, &answer); err != nil {
		return nil, err
	}
	if answer.Data.Data == nil {
		return nil, ErrNotFound
	}
	return answer.Data.Data, nil
}

// signIn gets a token.
func (c *Client) signIn(ctx context.Context) error {
	s := &c.settings
	c.token, c.until = "", time.Time{}
	switch {
	case s.Token != "":
		c.token = s.Token
		return nil
	case s.TokenFile != "":
		text, err := os.ReadFile(s.TokenFile)
		c.token = strings.TrimSpace(string(text))
		return err
	case s.RoleID != "":
		return c.login(ctx, cmp.Or(s.AuthMount, "approle"), map[string]string{"role_id": s.RoleID, "secret_id": s.SecretID})
	}
	account, err := os.ReadFile(cmp.Or(s.ServiceAccount, serviceAccount))
	if err != nil {
		return err
	}
	return c.login(ctx, cmp.Or(s.AuthMount, "kubernetes"), map[string]string{"role": s.KubernetesRole, "jwt": strings.TrimSpace(string(account))})
}

func (c *Client) login(ctx context.Context, mount string, body any) error {
	var answer struct {
		Auth struct {
			Token string `json:"client_token"`
			Lease int    `json:"lease_duration"`
		} `json:"auth"`
	}
	if err := c.call(ctx, http.MethodPost, "auth/"+mount+"/login", body, &answer); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if answer.Auth.Token == "" {
		return errors.New("vault: the sign-in gave no token")
	}
	c.token = answer.Auth.Token
	if lease := time.Duration(answer.Auth.Lease) * time.Second; lease > 0 {
		c.until = time.Now().Add(max(lease-renewBefore, lease/2))
	}
	return nil
}

// call asks Vault. No error of it holds what was sent or answered.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	var sent io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("vault: write a request: %w", err)
		}
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.settings.Address+"/v1/"+path, sent)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	req.Header.Set("X-Vault-Request", "true")
	if c.token != "" {
		req.Header.Set("X-Vault-Token", c.token)
	}
	if c.settings.Namespace != "" {
		req.Header.Set("X-Vault-Namespace", c.settings.Namespace)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusForbidden:
		return ErrDenied
	case http.StatusServiceUnavailable:
		return ErrSealed
	default:
		return fmt.Errorf("vault: it answers %d", res.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswerBytes)).Decode(answer); err != nil {
		return errors.New("vault: its answer is not JSON")
	}
	return nil
}
