//go:build integration

package sdk_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// upstream stands between the gateway and aimock. It keeps each request as the
// gateway sent it, for the suites to ask about, and answers what aimock does not know.
type upstream struct {
	URL  string
	mock http.Handler

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
	target, err := url.Parse(mockURL)
	require.NoError(t, err)
	u := &upstream{mock: &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
	}}
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	u.URL = server.URL
	return u
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

	if answer, ok := missing(r.URL.Path, body); ok {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answer)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	u.mock.ServeHTTP(w, r)
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
