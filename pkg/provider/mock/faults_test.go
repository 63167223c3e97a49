package mock

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const streaming = `"stream":true`

func TestHeadersAndModelNamesSteerAlike(t *testing.T) {
	s := newServer(t, Options{})
	for name, tc := range map[string]struct {
		model, header string
		status        int
	}{
		"header":                  {"gpt-4o", "x-mock-status: 503", 503},
		"model":                   {"mock-status-503", "x: y", 503},
		"model behind a provider": {"openai/mock-status-503", "x: y", 503},
		"words that are no fault": {"mock-gpt-4-turbo-status-503", "x: y", 503},
		"header beats model":      {"mock-status-503", "x-mock-status: 429", 429},
		"no mark":                 {"gpt-status-503", "x: y", 200},
		"mark within a word":      {"hammock-status-503", "x: y", 200},
		"unknown header":          {"gpt-4o", "x-mock-nothing: 1", 400},
		"bad value":               {"gpt-4o", "x-mock-status: no", 400},
		"bad value in a model":    {"mock-status-999", "x: y", 400},
		"missing value":           {"mock-cut", "x: y", 400},
		"endless wait":            {"mock-slow-9999h", "x: y", 400},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, body := s.post(t, chatPath, chatBody(tc.model, "Hi"), tc.header)
			require.Equal(t, tc.status, status, body)
		})
	}
}

func TestEveryFaultIsDocumentedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Faults {
		require.NotEmpty(t, f.Doc, f.Header)
		require.NotContains(t, f.Word, "-")
		require.False(t, seen["h "+f.Header] || seen["w "+f.Word], f.Header)
		seen["h "+f.Header], seen["w "+f.Word] = true, true
	}
}

func TestBrokenBodies(t *testing.T) {
	s := newServer(t, Options{}).overTCP(t)
	_, _, good := s.post(t, chatPath, chatBody("gpt-4o", "Hi"))
	sameLength := func(got string) { require.Len(t, got, len(good)) }
	for _, tc := range []struct {
		kind, contentType string
		status            int
		body              func(string)
	}{
		{"html", "text/html", 200, func(b string) { require.Contains(t, b, "<title>502 Bad Gateway") }},
		{"empty", "application/json", 200, func(b string) { require.Empty(t, b) }},
		{"half", "application/json", 200, func(b string) { require.Len(t, b, len(good)/2) }},
		{"error200", "application/json", 200, func(b string) { require.Contains(t, b, `{"error":{"message"`) }},
		{"gzip", "application/json", 200, func(b string) {
			z, err := gzip.NewReader(strings.NewReader(b))
			require.NoError(t, err)
			plain, err := io.ReadAll(z)
			require.NoError(t, err)
			sameLength(string(plain))
		}},
	} {
		t.Run(tc.kind, func(t *testing.T) {
			status, h, body := s.post(t, chatPath, chatBody("gpt-4o", "Hi"), "x-mock-body: "+tc.kind)
			require.Equal(t, tc.status, status)
			require.Equal(t, tc.contentType, h.Get("Content-Type"))
			require.Equal(t, tc.kind == "gzip", h.Get("Content-Encoding") == "gzip")
			tc.body(body)
		})
	}
	status, _, _ := s.post(t, chatPath, chatBody("mock-body-html-status-502", "Hi"))
	require.Equal(t, 502, status, "a status goes with a broken body")
}

func TestAnswersThatAreNotHTTPAreErrorsForTheClient(t *testing.T) {
	s := newServer(t, Options{}).overTCP(t)
	for _, kind := range []string{"garbage", "headers"} {
		_, err := s.send(t.Context(), http.MethodPost, chatPath, chatBody("gpt-4o", "Hi"), "x-mock-body: "+kind)
		require.Error(t, err, kind)
	}
	r, err := s.send(t.Context(), http.MethodPost, chatPath, chatBody("gpt-4o", "Hi"), "x-mock-body: short")
	require.NoError(t, err)
	defer r.Body.Close()
	_, err = io.ReadAll(r.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// readStream returns what came of a stream and how it ended.
func (s *started) readStream(t *testing.T, model string) (string, error) {
	t.Helper()
	r, err := s.send(t.Context(), http.MethodPost, chatPath, chatBody(model, "Hi", streaming))
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return string(b), err
}

func TestStreamIsCutWhereItWasAsked(t *testing.T) {
	memory := newServer(t, Options{})
	for transport, s := range map[string]*started{"memory": memory, "TCP": newServer(t, Options{}).overTCP(t)} {
		whole, err := s.readStream(t, "mock-x")
		require.NoError(t, err)
		events := strings.SplitAfter(whole, "\n\n")
		for _, n := range []int{1, 2, 3} {
			t.Run(transport+" after "+strconv.Itoa(n), func(t *testing.T) {
				got, err := s.readStream(t, "mock-cut-"+strconv.Itoa(n))
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				require.Equal(t, n, strings.Count(got, "\n\n"))
				got, err = s.readStream(t, "mock-mid-cut-"+strconv.Itoa(n))
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				require.Equal(t, n, strings.Count(got, "\n\n"))
				last := got[strings.LastIndex(got, "\n\n")+2:]
				require.True(t, strings.HasPrefix(last, "data: {") && len(last) < len(events[n]), "half an event is left: %q", last)
			})
		}
		_, err = s.readStream(t, "mock-cut-0")
		require.Error(t, err, "no answer at all")
		got, err := s.readStream(t, "mock-cut-999")
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(got, openaiDone))
		require.Zero(t, s.Stats().Aborted, "it was not the client that hung up")
	}
}

func TestCutCanBeAReset(t *testing.T) {
	s := newServer(t, Options{}).overTCP(t)
	_, err := s.readStream(t, "mock-cut-2-rst")
	require.ErrorIs(t, err, syscall.ECONNRESET)
	_, err = s.readStream(t, "mock-cut-0-rst")
	require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
}

func TestTrickleChangesNothingButTheTime(t *testing.T) {
	s := newServer(t, Options{})
	for _, members := range []string{streaming, `"stream":false`} {
		_, _, at := s.post(t, chatPath, chatBody("mock-bytes-9", "Hi", members))
		_, _, slow := s.post(t, chatPath, chatBody("mock-bytes-9", "Hi", members), "x-mock-trickle: 1us")
		require.Equal(t, withoutID(at), withoutID(slow))
	}
}

// withoutID takes out the number that tells one call's answer from another's.
func withoutID(s string) string {
	return strings.NewReplacer("mock00000001", "", "mock00000002", "", "mock00000003", "", "mock00000004", "").Replace(s)
}

func TestErrorEventEndsTheStream(t *testing.T) {
	s := newServer(t, Options{})
	got, err := s.readStream(t, "mock-error-0")
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(got, "data: "))
	require.Contains(t, got, `"type":"server_error"`)
	got, err = s.readStream(t, "mock-error-99")
	require.NoError(t, err)
	require.NotContains(t, got, "error\":{", "the stream has ended before")
}

func TestChunksAndBytesShapeTheText(t *testing.T) {
	s := newServer(t, Options{})
	got, err := s.readStream(t, "mock-chunks-47-bytes-600")
	require.NoError(t, err)
	require.Equal(t, 50, strings.Count(got, "data: "))
	got, err = s.readStream(t, "mock-chunks-100")
	require.NoError(t, err)
	require.Equal(t, 103, strings.Count(got, "data: "), "a short text is lengthened")
}

func TestErrorRateIsExact(t *testing.T) {
	s := newServer(t, Options{ErrorRate: 0.1, ErrorStatus: 503})
	failed := 0
	for range 100 {
		if status, _, _ := s.post(t, chatPath, chatBody("gpt-4o", "Hi")); status == 503 {
			failed++
		}
	}
	require.Equal(t, 10, failed)
}

func TestSteerSeesHitAndKey(t *testing.T) {
	s := newServer(t, Options{Steer: func(hit int64, key, _ string) string {
		if hit == 1 || key == "slow" {
			return "status-429"
		}
		return ""
	}})
	for i, want := range []int{429, 200, 429} {
		status, _, _ := s.post(t, chatPath, chatBody("gpt-4o", "Hi"), "authorization: Bearer "+[]string{"a", "a", "slow"}[i])
		require.Equal(t, want, status, i)
	}
}

// inBubble runs a test with a clock of its own, which moves when all wait.
func inBubble(t *testing.T, f func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		// Run last: fasthttp's worker pool looks every 10 s whether it is closed.
		t.Cleanup(func() { time.Sleep(time.Minute) })
		f(t)
	})
}

// elapsed runs a call in a bubble with a clock of its own and returns how long
// it took by that clock.
func elapsed(t *testing.T, o Options, model, members string) (took time.Duration) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, o)
		began := time.Now()
		status, _, _ := s.post(t, chatPath, chatBody(model, "Hi", members))
		require.Equal(t, 200, status)
		took = time.Since(began)
	})
	return took
}

func TestWaitsAreAsLongAsAsked(t *testing.T) {
	for name, tc := range map[string]struct {
		opts           Options
		model, members string
		want           time.Duration
	}{
		"none":                {Options{}, "gpt-4o", streaming, 0},
		"latency":             {Options{Latency: time.Second}, "gpt-4o", streaming, time.Second},
		"latency by model":    {Options{Latency: time.Second}, "mock-slow-200ms", streaming, 200 * time.Millisecond},
		"gaps between events": {Options{ChunkGap: time.Second}, "mock-chunks-3", streaming, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, elapsed(t, tc.opts, tc.model, tc.members))
		})
	}
	jittered := elapsed(t, Options{Latency: time.Second, LatencyJitter: time.Second}, "gpt-4o", streaming)
	require.True(t, jittered >= time.Second && jittered < 2*time.Second, jittered)
}

func TestHangLastsUntilTheClientLeaves(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		_, err := s.send(ctx, http.MethodPost, chatPath, chatBody("mock-hang", "Hi"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		require.Equal(t, Stats{Hits: 1, Aborted: 1}, s.Stats())
	})
}

func TestStallKeepsTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		r, err := s.send(ctx, http.MethodPost, chatPath, chatBody("mock-stall-2", "Hi", streaming))
		require.NoError(t, err)
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 2, strings.Count(string(b), "data: "))
		synctest.Wait()
		require.Equal(t, Stats{Hits: 1, Aborted: 1}, s.Stats())
	})
}
