package sink_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// target keeps what it is sent. While fails is there, it is asked first.
type target struct {
	mu      sync.Mutex
	batches [][]string
	fails   func(try int) error
	tries   int
	sent    chan struct{} // one for each batch that was taken
}

func newTarget() *target { return &target{sent: make(chan struct{}, 1000)} }

func (t *target) Send(_ context.Context, lines [][]byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tries++
	if t.fails != nil {
		if err := t.fails(t.tries); err != nil {
			return err
		}
	}
	var batch []string
	for _, line := range lines {
		batch = append(batch, string(line))
	}
	t.batches = append(t.batches, batch)
	t.sent <- struct{}{}
	return nil
}

// counts counts, from any goroutine.
type counts struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counts) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[what]++
}

func (c *counts) of(what string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n[what]
}

var batch = sink.Batch{Lines: 3, Bytes: 1000, Interval: 3_600_000, Queue: 10, QueueMB: 1, Tries: 3, Timeout: 10_000}

func lane(to sink.Target, b sink.Batch) (*sink.Lane, *counts) {
	c := &counts{}
	return sink.NewLane(to, b, "", slog.New(slog.DiscardHandler), c.add), c
}

func TestLinesAreSentInBatchesInTheirOrder(t *testing.T) {
	to := newTarget()
	l, c := lane(to, batch)
	for _, line := range strings.Fields("a b c d e f g") {
		l.Add([]byte(line))
	}
	<-to.sent
	l.Close()
	require.Equal(t, strings.Fields("a b c d e f g"), flat(to.batches))
	require.LessOrEqual(t, len(to.batches[0]), 3)
	require.Equal(t, 7, c.of("sent"))
	l.Add([]byte("late"))
	require.Equal(t, 1, c.of("dropped"))
	l.Close()
}

func flat(batches [][]string) (all []string) {
	for _, b := range batches {
		all = append(all, b...)
	}
	return all
}

func TestABatchIsSentWhenItIsOldOrLarge(t *testing.T) {
	b := batch
	b.Interval = 1
	to := newTarget()
	l, _ := lane(to, b)
	l.Add([]byte("alone"))
	<-to.sent
	l.Close()
	require.Equal(t, [][]string{{"alone"}}, to.batches)

	to = newTarget()
	l, _ = lane(to, batch)
	l.Add([]byte(strings.Repeat("x", 2000)))
	<-to.sent
	l.Add([]byte("rest"))
	l.Close()
	require.Len(t, to.batches, 2)
}

func TestWhatFailsIsSentAgainAndWhatCannotBeSentIsDropped(t *testing.T) {
	to := newTarget()
	to.fails = func(try int) error {
		if try == 1 {
			return errors.New("not now")
		}
		return nil
	}
	l, c := lane(to, batch)
	for range 3 {
		l.Add([]byte("a"))
	}
	l.Close()
	require.Equal(t, []int{3, 3, 0}, []int{c.of("sent"), c.of("retried"), c.of("dropped")})

	for name, err := range map[string]error{"for good": sink.Permanent(errors.New("no")), "too often": errors.New("not now")} {
		to = newTarget()
		to.fails = func(int) error { return err }
		l, c = lane(to, batch)
		l.Add([]byte("a"))
		l.Close()
		require.Equal(t, 1, c.of("dropped"), name)
	}
}

func TestNoCallWaitsForATargetThatDoesNotAnswer(t *testing.T) {
	to := newTarget()
	free := make(chan struct{})
	to.fails = func(int) error { <-free; return nil }
	l, c := lane(to, batch)
	for range 100 {
		l.Add([]byte("a"))
	}
	require.GreaterOrEqual(t, c.of("dropped"), 100-10-3)
	close(free)
	l.Close()
	require.Equal(t, 100, c.of("dropped")+c.of("sent"))
}

func TestALineTellsOfACall(t *testing.T) {
	s := sink.Shape{Headers: []string{"x-session", "x-none"}}
	require.JSONEq(t, `{"time":"2026-11-26T12:00:00.000005Z","id":"c1","request_id":"r\"1","dialect":"anthropic","op":"chat","stream":true,
		"provider":"openai","model":"gpt-5","key":"main","status":200,"attempts":2,"took_ms":1500,"first_token_ms":20.5,
		"usage":{"input":10,"output":5,"cache_read":4},"cost":0.00123,"virtual_key_id":"vk_1","virtual_key":"web","end_user":"ann",
		"metadata":{"a":"1","b":"2"},"marks":"guardrail:pii=redact","headers":{"x-session":"s1"}}`, string(s.AppendLine(nil, sinktest.Done())))
}

func TestALineHasContentWhereItIsWanted(t *testing.T) {
	s := sink.Shape{Content: true, MaxBytes: 1000}
	r, err := sink.Read(s.AppendLine(nil, sinktest.Done()))
	require.NoError(t, err)
	require.Contains(t, string(r.Request), `"Hello"`)
	require.Contains(t, string(r.Response), `"Hi"`)
	require.Equal(t, sinktest.Done().Began.Add(1500*time.Millisecond), r.End())
	s.MaxBytes = 10
	r, err = sink.Read(s.AppendLine(nil, sinktest.Done()))
	require.NoError(t, err)
	require.JSONEq(t, `{"left_out":"it is too large"}`, string(r.Request))
}

func TestALineTellsOfAnErrorAndOfNoSecretInIt(t *testing.T) {
	d := sinktest.Done()
	d.Response, d.Usage = nil, api.Usage{}
	d.Err = api.Errorf(api.KindUnavailable, "upstream", "Incorrect API key provided: sk-proj-0123456789abcdefghij0123456789.")
	line := string((&sink.Shape{}).AppendLine(nil, d))
	require.NotContains(t, line, "0123456789abcdefghij")
	require.Contains(t, line, `"kind":"unavailable"`)
	require.NotContains(t, line, "usage")
}

func TestMoneyIsExact(t *testing.T) {
	for nano, want := range map[int64]string{0: "0", 1: "0.000000001", 1_500_000_000: "1.5", -20: "-0.00000002", 12_000_000_000: "12"} {
		d := sinktest.Done()
		d.CostNano = nano
		r, err := sink.Read((&sink.Shape{}).AppendLine(nil, d))
		require.NoError(t, err)
		require.Equal(t, want, r.Cost.String())
	}
}

func TestASinkTellsOfEachCall(t *testing.T) {
	to := newTarget()
	c := &counts{}
	closed := false
	env := plugin.Env{Name: "log", Log: slog.New(slog.DiscardHandler), Count: c.add}
	s := sink.New(env, sink.Shape{}, batch, to, func() error { closed = true; return nil })
	for range 5 {
		s.AfterCall(sinktest.Done())
	}
	require.NoError(t, s.Close())
	require.True(t, closed)
	require.Len(t, flat(to.batches), 5)
	for _, line := range flat(to.batches) {
		require.True(t, json.Valid([]byte(line)))
	}
}

func TestWhetherATargetIsAskedAgain(t *testing.T) {
	status := 200
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == 307 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	defer web.Close()
	client := sink.Client(&http.Client{Transport: &http.Transport{}})
	defer client.CloseIdleConnections()
	ask := func(to string) error {
		r, err := sink.Post(t.Context(), to, "application/json", []byte("{}"))
		require.NoError(t, err)
		_, err = sink.Do(client, r)
		return err
	}
	for s, want := range map[int]string{200: "", 204: "", 307: "never", 400: "never", 401: "never", 413: "never", 408: "again", 429: "again", 500: "again", 503: "again"} {
		status = s
		err := ask(web.URL + "?token=secret")
		got := ""
		switch {
		case err == nil:
		case sink.IsPermanent(err):
			got = "never"
		default:
			got = "again"
		}
		require.Equal(t, want, got, s)
	}
	err := ask("http://127.0.0.1:1/?token=secret")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}

func TestNoLogGetsCredentials(t *testing.T) {
	require.NoError(t, sink.CheckHeaders("headers", []string{"x-team", "User-Agent"}))
	for _, name := range []string{"Authorization", "x-api-key", "Cookie", "X-Bf-Vk", "x-amz-security-token", "a b"} {
		require.Error(t, sink.CheckHeaders("headers", []string{name}), name)
	}
}

func BenchmarkAfterCall(b *testing.B) {
	for name, content := range map[string]bool{"names": false, "content": true} {
		b.Run(name, func(b *testing.B) {
			discard := batch
			discard.Queue, discard.Lines = 1_000_000, 10_000
			s := sink.New(plugin.Env{Log: slog.New(slog.DiscardHandler), Count: func(string) {}}, sink.Shape{Content: content, MaxBytes: 1 << 20}, discard, nothing{}, nil)
			d := sinktest.Done()
			b.ReportAllocs()
			for b.Loop() {
				s.AfterCall(d)
			}
			require.NoError(b, s.Close())
		})
	}
}

type nothing struct{}

func (nothing) Send(context.Context, [][]byte) error { return nil }
