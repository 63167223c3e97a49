package mock

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	patience = 10 * time.Second
	look     = time.Millisecond
)

func TestClientThatLeavesIsCounted(t *testing.T) {
	for transport, s := range map[string]*started{"memory": newServer(t, Options{}), "TCP": newServer(t, Options{}).overTCP(t)} {
		t.Run(transport, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, err := s.send(ctx, http.MethodPost, chatPath, chatBody("mock-chunks-1000-gap-1ms", "Hi", streaming))
			require.NoError(t, err)
			defer r.Body.Close()
			_, err = bufio.NewReader(r.Body).ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, int64(1), s.Stats().Active)
			cancel()
			require.Eventually(t, func() bool { return s.Stats() == Stats{Hits: 1, Aborted: 1} }, patience, look)
		})
	}
}

func TestWrongKeyIsRefusedAndRepeated(t *testing.T) {
	s := newServer(t, Options{Keys: []string{"sk-1", "sk-2"}})
	for name, tc := range map[string]struct {
		path, header string
		status       int
	}{
		"bearer":         {chatPath, "authorization: Bearer sk-2", 200},
		"x-api-key":      {chatPath, "x-api-key: sk-1", 200},
		"x-goog-api-key": {chatPath, "x-goog-api-key: sk-1", 200},
		"query":          {chatPath + "?key=sk-1", "x: y", 200},
		"wrong":          {chatPath, "authorization: Bearer canary", 401},
		"none":           {chatPath, "x: y", 401},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, body := s.post(t, tc.path, chatBody("gpt-4o", "Hi"), tc.header)
			require.Equal(t, tc.status, status)
			require.Equal(t, name == "wrong", strings.Contains(body, "canary"))
		})
	}
}

func TestJournalKeepsTheNewestRequests(t *testing.T) {
	s := newServer(t, Options{Journal: 2})
	for _, text := range []string{"one", "two", "three"} {
		s.post(t, chatPath+"?a=b", chatBody("gpt-4o", text), "x-test: "+text)
	}
	got := s.Requests()
	require.Len(t, got, 2)
	require.Equal(t, http.MethodPost, got[1].Method)
	require.Equal(t, chatPath+"?a=b", got[1].Path)
	require.Equal(t, chatBody("gpt-4o", "three"), string(got[1].Body))
	require.Equal(t, "three", got[1].Get("X-TEST"))
	require.Equal(t, []string{"two"}, got[0].Values("x-test"))
	require.Empty(t, got[0].Get("x-other"))
	s.Forget()
	require.Empty(t, s.Requests())
	require.Equal(t, int64(3), s.Stats().Hits)
}

func TestControlPathIsNoHit(t *testing.T) {
	s := newServer(t, Options{Journal: 5, Keys: []string{"k"}})
	s.post(t, chatPath, chatBody("gpt-4o", "Hi"))
	get := func(path string) (int, string) {
		r, err := s.send(t.Context(), http.MethodGet, path, "")
		require.NoError(t, err)
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		return r.StatusCode, string(b)
	}
	for _, path := range []string{"/livez", "/readyz", "/health"} {
		status, _ := get(path)
		require.Equal(t, 200, status, path)
	}
	_, stats := get("/__mock/stats")
	require.JSONEq(t, `{"hits":1,"aborted":0,"active":0}`, stats)
	_, requests := get("/__mock/requests")
	require.Contains(t, requests, chatPath)
	status, _ := get("/__mock/other")
	require.Equal(t, 404, status)
	r, err := s.send(t.Context(), http.MethodDelete, "/__mock/requests", "")
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Empty(t, s.Requests())
}

// A request that is already there while the server waits over the one before it
// is not taken for a client that left, and is not lost.
func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	s := newServer(t, Options{Latency: time.Millisecond})
	c, err := s.Dial(t.Context(), "", "")
	require.NoError(t, err)
	defer c.Close()
	request := func(text string) string {
		body := chatBody("gpt-4o", text)
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: mock\r\nContent-Length: %d\r\n\r\n%s", chatPath, len(body), body)
	}
	_, err = io.WriteString(c, request("first"))
	require.NoError(t, err)
	_, err = io.WriteString(c, request("second"))
	require.NoError(t, err)
	r := bufio.NewReader(c)
	for _, text := range []string{"first", "second"} {
		answer, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		b, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Contains(t, string(b), "You said: "+text)
	}
}

func TestAnswersDoNotMix(t *testing.T) {
	s := newServer(t, Options{Journal: 10}).overTCP(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for j := range 10 {
				text := fmt.Sprintf("caller-%d-%d", i, j)
				r, err := s.send(t.Context(), http.MethodPost, chatPath, chatBody("gpt-4o", text, []string{streaming, `"n":1`}[j%2]))
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(r.Body)
				if err != nil || !strings.Contains(string(b), text) {
					t.Errorf("%s: %v: %s", text, err, b)
				}
				_ = r.Body.Close()
				s.Requests()
			}
		})
	}
	wg.Wait()
	require.Eventually(t, func() bool { return s.Stats() == Stats{Hits: 200} }, patience, look)
}

func TestCloseBreaksOffHangingCalls(t *testing.T) {
	s := newServer(t, Options{})
	failed := make(chan error, 1)
	go func() {
		_, err := s.send(context.Background(), http.MethodPost, chatPath, chatBody("mock-hang", "Hi"))
		failed <- err
	}()
	require.Eventually(t, func() bool { return s.Stats().Active == 1 }, patience, look)
	require.NoError(t, s.Close())
	require.Error(t, <-failed)
	require.Zero(t, s.Stats().Aborted)
	_, err := s.Dial(t.Context(), "", "")
	require.ErrorIs(t, err, ErrClosed)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.ErrorIs(t, s.Serve(ln), ErrClosed)
}

func TestShutdownLetsCallsFinish(t *testing.T) {
	s := newServer(t, Options{})
	r, err := s.send(t.Context(), http.MethodPost, chatPath, chatBody("mock-chunks-20-gap-1ms", "Hi", streaming))
	require.NoError(t, err)
	defer r.Body.Close()
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(context.Background()) }()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(b), openaiDone))
	s.client.CloseIdleConnections()
	require.NoError(t, <-done)
}

func TestDialHonoursItsContext(t *testing.T) {
	s := newServer(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Dial(ctx, "", "")
	require.ErrorIs(t, err, context.Canceled)
}
