// Package sinktest has what tests of the plugins that write logs have in common: a call that
// is over, and a target that answers as a test says.
package sinktest

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Done is a call that is over.
func Done() *plugin.Done {
	c := &plugin.Call{
		ID: "c1", RequestID: "r\"1", Dialect: "anthropic", Op: api.OpChat, Stream: true, Provider: "openai", Model: "gpt-5",
		Caller: plugin.Caller{VirtualKeyID: "vk_1", VirtualKey: "web", EndUser: "ann"}, Metadata: "a=1, b = 2",
		Header:  func(name string) string { return map[string]string{"x-session": "s1"}[name] },
		Request: &api.Request{Op: api.OpChat, Model: "gpt-5", Sampling: api.Sampling{Temperature: api.Some(0.5)}, Messages: []api.Message{{Parts: []api.Part{{Text: "Hello"}}}}},
	}
	c.Note("guardrail", "pii=redact")
	return &plugin.Done{
		Call: c, Began: time.Date(2026, 11, 26, 12, 0, 0, 5000, time.UTC), Took: 1500 * time.Millisecond, FirstToken: 20500 * time.Microsecond,
		Status: 200, Attempts: 2, Key: "main", Usage: api.Usage{Input: 10, Output: 5, CacheRead: 4, Known: true}, CostNano: 1_230_000,
		Response: &api.Response{Op: api.OpChat, Model: "gpt-5", Usage: api.Usage{Input: 10, Output: 5, CacheRead: 4, Known: true}, Choices: []api.Choice{{Finish: api.FinishStop, Parts: []api.Part{{Text: "Hi"}}}}},
	}
}

// Request is a request that a server has had.
type Request struct {
	Method, Path, Query string
	Header              http.Header
	Body                []byte
}

// Server is a target. It answers with what is in Answers, one after the other, and the last
// again and again.
type Server struct {
	URL     string
	Answers []Answer

	mu       sync.Mutex
	requests []Request
}

// Answer is an answer of a server.
type Answer struct {
	Status int
	Body   string
}

// Serve starts a target, which ends with the test.
func Serve(t testing.TB, answers ...Answer) *Server {
	t.Helper()
	s := &Server{Answers: answers}
	web := httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(web.Close)
	s.URL = web.URL
	return s
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	a := s.Answers[min(len(s.requests), len(s.Answers)-1)]
	s.requests = append(s.requests, Request{r.Method, r.URL.Path, r.URL.RawQuery, r.Header, body})
	s.mu.Unlock()
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body)
}

// Requests returns what the server was sent.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Tell makes a plugin of a kind, tells it of calls, and closes it. It returns what the plugin
// has counted.
func Tell(t testing.TB, k plugin.Kind, settings string, calls ...*plugin.Done) map[string]int {
	t.Helper()
	counts, mu := map[string]int{}, sync.Mutex{}
	env := Env(func(what string) {
		mu.Lock()
		defer mu.Unlock()
		counts[what]++
	})
	p, err := k.Make(env, json.RawMessage(settings))
	require.NoError(t, err)
	for _, d := range calls {
		p.(plugin.CallWatcher).AfterCall(d)
	}
	require.NoError(t, p.(plugin.Closer).Close())
	env.HTTP.CloseIdleConnections()
	return counts
}

// Env lets plugins reach this machine.
func Env(count func(string)) plugin.Env {
	return plugin.Env{Name: "log", Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{Transport: &http.Transport{}}, Private: true, Count: count}
}
