//go:build integration

package sdk_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/stretchr/testify/require"
)

// upstream stands between the gateway and aimock. It keeps each request as the
// gateway sent it, for the suites to ask about, and answers what aimock does not
// know. Models that think are the gateway's own mock's: it refuses, as the real
// APIs do, a history whose signatures are forged or lost.
type upstream struct {
	URL    string
	mock   http.Handler
	strict http.Handler

	mu       sync.Mutex
	requests []recorded
}

// recorded is a request as a provider got it.
type recorded struct {
	Path    string      `json:"path"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
}

func startUpstream(t *testing.T, mockURL string) *upstream {
	t.Helper()
	u := &upstream{mock: proxyTo(t, mockURL), strict: proxyTo(t, startStrictMock(t))}
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	u.URL = server.URL
	return u
}

func proxyTo(t *testing.T, address string) http.Handler {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	return &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
	}
}

// startStrictMock starts the gateway's own mock and returns its URL.
func startStrictMock(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := mock.New(mock.Options{})
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String()
}

// thinks says whether a request is for one of the models that think.
func thinks(path string, body []byte) bool {
	var asked struct{ Model string }
	_ = json.Unmarshal(body, &asked) // Google's has the model in its path
	return slices.ContainsFunc(thinkers, func(model string) bool {
		return asked.Model == model || strings.Contains(path, "/models/"+model+":")
	})
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/recorded" {
		u.answerRecorded(w, r.URL.Query().Get("marker"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	u.mu.Lock()
	u.requests = append(u.requests, recorded{Path: r.URL.RequestURI(), Headers: r.Header.Clone(), Body: string(body)})
	u.mu.Unlock()

	if answerMedia(w, r, body) {
		return
	}
	if answer, ok := missing(r.URL.Path, body); ok {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if thinks(r.URL.Path, body) {
		u.strict.ServeHTTP(w, r)
		return
	}
	if !invoked(w, r, u.mock) {
		u.mock.ServeHTTP(w, r)
	}
}

// answerRecorded answers the newest request whose body holds the marker.
func (u *upstream) answerRecorded(w http.ResponseWriter, marker string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i := len(u.requests) - 1; i >= 0; i-- {
		if strings.Contains(u.requests[i].Body, marker) {
			json.NewEncoder(w).Encode(u.requests[i])
			return
		}
	}
	http.Error(w, "no request had "+marker, http.StatusNotFound)
}
