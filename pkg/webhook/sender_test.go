package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// trial is a cluster with a queue, and senders for it.
type trial struct {
	*testing.T
	cluster *bustest.Cluster
	queue   *Queue
	metrics *telemetry.Metrics
	private bool
}

func newTrial(t *testing.T) *trial {
	c := bustest.Start(t)
	return &trial{T: t, cluster: c, queue: NewQueue(c.Connect(t, bus.Edge, "e1")), metrics: telemetry.NewMetrics("test"), private: true}
}

// start runs a sender with short pauses, and returns what stops it.
func (t *trial) start(node string) (stop func()) {
	s := NewSender(t.cluster.Connect(t, bus.Control, node), Options{
		Settings: func() *Settings { return &Settings{AllowPrivate: t.private} },
		Metrics:  t.metrics, Log: slog.New(slog.DiscardHandler),
		Delays: []time.Duration{10 * time.Millisecond, 10 * time.Millisecond},
		Jitter: func(time.Duration) time.Duration { return 0 },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

func (t *trial) notify(url, id, body string) {
	require.NoError(t, t.queue.Notify(t.Context(), url, id, []byte(body)))
}

func (t *trial) count(result string) int {
	return int(testutil.ToFloat64(t.metrics.WebhookDeliveries.WithLabelValues(result)))
}

func (t *trial) eventually(what string, f func() bool) {
	require.Eventually(t, f, 20*time.Second, 5*time.Millisecond, what)
}

func (t *trial) dead() uint64 {
	s, err := t.cluster.Connect(t, bus.Control, "looker-"+strconv.Itoa(int(time.Now().UnixNano()))).Bulk.JS.Stream(t.Context(), "DEAD")
	require.NoError(t, err)
	return s.CachedInfo().State.Msgs
}

// receiver answers its nth request with the nth status, and the last one from then on.
func receiver(t *testing.T, statuses ...int) (url string, got *atomic.Int64) {
	got = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := int(got.Add(1))
		w.WriteHeader(statuses[min(n, len(statuses))-1])
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

func TestADeliveryIsSignedAndComesOnce(t *testing.T) {
	tr := newTrial(t)
	requests := make(chan *http.Request, 4)
	bodies := make(chan []byte, 4)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- r
		bodies <- body
	}))
	t.Cleanup(s.Close)
	tr.notify(s.URL, "job-1", `{"a":1}`)
	tr.notify(s.URL, "job-1", `{"a":1}`)
	tr.start("c1")
	r, body := <-requests, <-bodies
	require.JSONEq(t, `{"a":1}`, string(body))
	require.Equal(t, "job-1", r.Header.Get("webhook-id"))
	at, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	require.NoError(t, err)
	key := tr.cluster.Secret.Derive(signing)
	require.Equal(t, sign(key.Bytes(), "job-1", time.Unix(at, 0), body), r.Header.Get("webhook-signature"))
	tr.eventually("delivered", func() bool { return tr.count("delivered") == 1 })
	require.Empty(t, requests)
}

func TestAFailureIsTriedAgain(t *testing.T) {
	tr := newTrial(t)
	url, got := receiver(t, 500, 429, 204)
	tr.notify(url, "a", "{}")
	tr.start("c1")
	tr.eventually("delivered", func() bool { return tr.count("delivered") == 1 })
	require.EqualValues(t, 3, got.Load())
	require.Equal(t, 2, tr.count("retried"))
}

func TestAfterTheLastTryADeadLetterIsLeft(t *testing.T) {
	tr := newTrial(t)
	url, got := receiver(t, 400)
	tr.notify(url, "a", "{}")
	tr.start("c1")
	tr.eventually("given up", func() bool { return tr.count("given_up") == 1 })
	require.EqualValues(t, 3, got.Load())
	require.EqualValues(t, 1, tr.dead())
}

func TestAReceiverThatIsGoneIsLeftAlone(t *testing.T) {
	tr := newTrial(t)
	url, got := receiver(t, 410)
	tr.notify(url, "a", "{}")
	tr.start("c1")
	tr.eventually("gone", func() bool { return tr.count("gone") == 1 })
	require.EqualValues(t, 1, got.Load())
	require.Zero(t, tr.dead())
}

func TestARedirectIsNotFollowed(t *testing.T) {
	tr := newTrial(t)
	inner, got := receiver(t, 200)
	s := httptest.NewServer(http.RedirectHandler(inner, http.StatusTemporaryRedirect))
	t.Cleanup(s.Close)
	tr.notify(s.URL, "a", "{}")
	tr.start("c1")
	tr.eventually("given up", func() bool { return tr.count("given_up") == 1 })
	require.Zero(t, got.Load())
}

func TestAPrivateAddressIsGivenUpAtOnce(t *testing.T) {
	tr := newTrial(t)
	tr.private = false
	url, got := receiver(t, 200)
	tr.notify(url, "a", "{}")
	tr.start("c1")
	tr.eventually("given up", func() bool { return tr.count("given_up") == 1 })
	require.Zero(t, got.Load())
	require.EqualValues(t, 1, tr.dead())
}

func TestASlowReceiverHoldsUpNoOther(t *testing.T) {
	tr := newTrial(t)
	end := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-end }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(end) })
	for i := range 3 * hostMax {
		tr.notify(slow.URL, "slow-"+strconv.Itoa(i), "{}")
	}
	url, _ := receiver(t, 200)
	tr.notify(url, "quick", "{}")
	tr.start("c1")
	tr.eventually("the quick one is delivered", func() bool { return tr.count("delivered") == 1 })
}

func TestAnotherSenderGoesOn(t *testing.T) {
	tr := newTrial(t)
	end := make(chan struct{})
	var got atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if got.Add(1) == 1 {
			<-end
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(end) })
	tr.notify(s.URL, "a", "{}")
	stop := tr.start("c1")
	tr.eventually("a try is under way", func() bool { return got.Load() == 1 })
	stop()
	tr.start("c2")
	tr.eventually("delivered", func() bool { return tr.count("delivered") == 1 })
}

func TestWhatNobodyHasSealedIsRefused(t *testing.T) {
	tr := newTrial(t)
	_, err := tr.cluster.Connect(t, bus.Edge, "e2").Bulk.JS.Publish(t.Context(), bus.WebhookSend.At("x"), []byte("junk"))
	require.NoError(t, err)
	tr.start("c1")
	tr.eventually("refused", func() bool { return tr.count("refused") == 1 })
}

func TestAnIDIsSafeToSign(t *testing.T) {
	for _, id := range []string{"", "a.b", "a b", "a\r\nb", "ä"} {
		require.Error(t, delivery{ID: id}.check(), id)
	}
	require.NoError(t, delivery{ID: "job_1-done"}.check())
}

func TestAWebhookThatWasGivenUpIsListedAndDeliveredAfterAll(t *testing.T) {
	tr := newTrial(t)
	url, got := receiver(t, 400, 400, 400, 400, 400, 400, 200)
	tr.notify(url+"/token", "a", `{"a":1}`)
	control := NewQueue(tr.cluster.Connect(t, bus.Control, "control"))
	require.ErrorIs(t, control.Again(t.Context(), "a"), ErrNotDead)
	tr.start("c1")
	for round := range 2 { // given up again at once, it is a dead letter again
		tr.eventually("given up", func() bool { return tr.count("given_up") == round+1 })
		dead, err := control.Dead(t.Context(), 0, 10)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		require.Equal(t, "a", dead[0].ID)
		require.Equal(t, url, "http://"+dead[0].Host)
		require.Equal(t, "status 400", dead[0].Reason)
		require.Equal(t, 7, dead[0].Bytes)
		require.WithinDuration(t, time.Now(), dead[0].Since, time.Minute)
		rest, err := control.Dead(t.Context(), dead[0].Sequence, 10)
		require.NoError(t, err)
		require.Empty(t, rest)
		require.NoError(t, control.Again(t.Context(), "a"))
	}
	tr.eventually("delivered", func() bool { return tr.count("delivered") == 1 })
	require.EqualValues(t, 7, got.Load())
	require.Zero(t, tr.dead())
	for _, id := range []string{"a", "b", "*", ""} {
		require.ErrorIs(t, control.Forget(t.Context(), id), ErrNotDead, id)
	}
}
