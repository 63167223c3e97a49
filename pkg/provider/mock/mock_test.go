package mock

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// It looks every 10 s whether its server is closed.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// started is a server in memory and a client of it.
type started struct {
	*Server
	client *http.Client
}

func newServer(t *testing.T, o Options) *started {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return time.Unix(1767225600, 0) }
	}
	s := New(o)
	transport := &http.Transport{DialContext: s.Dial, DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, s.Close())
	})
	return &started{s, &http.Client{Transport: transport}}
}

// overTCP gives the same client a real connection.
func (s *started) overTCP(t *testing.T) *started {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	transport := &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", ln.Addr().String())
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, s.Close())
		require.NoError(t, <-served)
	})
	return &started{s.Server, &http.Client{Transport: transport}}
}

// send makes a request; headers are "name: value".
func (s *started) send(ctx context.Context, method, path, body string, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://mock"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return s.client.Do(r)
}

// post returns a whole answer.
func (s *started) post(t *testing.T, path, body string, headers ...string) (status int, h http.Header, answer string) {
	t.Helper()
	r, err := s.send(t.Context(), http.MethodPost, path, body, headers...)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, r.Header, string(b)
}

const (
	chatPath     = "/v1/chat/completions"
	messagesPath = "/v1/messages"
	version      = "anthropic-version: 2023-06-01"
)

func chatBody(model, text string, members ...string) string {
	return `{"model":"` + model + `","messages":[{"role":"user","content":"` + text + `"}]` +
		strings.Join(append([]string{""}, members...), ",") + `}`
}
