package testcall_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/testcall"
)

// serve has an edge make calls until the function returned is called.
func serve(t *testing.T, c *bustest.Cluster, name string, maker testcall.Maker) (stop func()) {
	t.Helper()
	conn := c.Connect(t, bus.Edge, name)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := testcall.Serve(ctx, conn, maker, slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		}
	})
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

// ask asks until an edge is there: a subscription takes a moment.
func ask(t *testing.T, a *testcall.Asker, r *job.Request) (answer *job.Answer, edge string, err error) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer, edge, err = a.Ask(t.Context(), r)
		return err != testcall.ErrNoEdge
	}, 30*time.Second, time.Millisecond)
	return answer, edge, err
}

func TestAnEdgeMakesTheCallThatAControlAsksFor(t *testing.T) {
	c := bustest.Start(t)
	asker := testcall.NewAsker(c.Connect(t, bus.Control, "control.1"))
	_, _, err := asker.Ask(t.Context(), &job.Request{})
	require.ErrorIs(t, err, testcall.ErrNoEdge)

	heard := make(chan job.Request, 100)
	serve(t, c, "edge.1", func(_ context.Context, r *job.Request) *job.Answer {
		heard <- *r
		return &job.Answer{Status: 429, ContentType: "application/json", Headers: map[string]string{"x-asbru-node": "edge.1"}, Body: []byte(`{"error":{}}`)}
	})
	asked := job.Request{
		Method: "POST", Path: "/v1/chat/completions", Credential: "sk-bf-secret",
		Headers: map[string]string{"X-Request-Id": "r1"}, Body: []byte(`{"model":"mock/mock"}`),
	}
	answer, edge, err := ask(t, asker, &asked)
	require.NoError(t, err)
	require.Equal(t, "edge.1", edge)
	require.Equal(t, &job.Answer{Status: 429, ContentType: "application/json", Headers: map[string]string{"x-asbru-node": "edge.1"}, Body: []byte(`{"error":{}}`)}, answer)
	require.Equal(t, asked, <-heard)
	require.Empty(t, heard, "a call is made once")
}

func TestWhatIsTooLargeForAMessageIsRefused(t *testing.T) {
	c := bustest.Start(t)
	asker := testcall.NewAsker(c.Connect(t, bus.Control, "control"))
	most := bytes.Repeat([]byte{'"'}, testcall.MaxBytes)
	serve(t, c, "edge", func(_ context.Context, r *job.Request) *job.Answer {
		return &job.Answer{Status: 200, Body: append(r.Body, r.Path...)}
	})
	answer, _, err := ask(t, asker, &job.Request{Body: most})
	require.NoError(t, err)
	require.Equal(t, most, answer.Body)
	_, _, err = ask(t, asker, &job.Request{Body: most, Path: "/"})
	require.ErrorIs(t, err, testcall.ErrTooLarge)
	_, _, err = ask(t, asker, &job.Request{Body: append(most, '"')})
	require.ErrorIs(t, err, testcall.ErrTooLarge)
}

func TestACallEndsWhenNobodyWaitsForItAnyMore(t *testing.T) {
	c := bustest.Start(t)
	asker := testcall.NewAsker(c.Connect(t, bus.Control, "control"))
	ended := make(chan struct{})
	serve(t, c, "edge", func(ctx context.Context, r *job.Request) *job.Answer {
		if r.Path == "/there" {
			return &job.Answer{Status: 200}
		}
		<-ctx.Done()
		close(ended)
		return nil
	})
	_, _, err := ask(t, asker, &job.Request{Path: "/there"})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = asker.Ask(ctx, &job.Request{Path: "/slow"})
	require.ErrorIs(t, err, testcall.ErrLate)
	<-ended
}

func TestAnEdgeMakesAFewCallsAtOnceAndFinishesThemWhenItStops(t *testing.T) {
	c := bustest.Start(t)
	asker := testcall.NewAsker(c.Connect(t, bus.Control, "control"))
	const most = 8
	begun, finish := make(chan struct{}, most), make(chan struct{})
	finished := sync.OnceFunc(func() { close(finish) })
	stop := serve(t, c, "edge", func(_ context.Context, r *job.Request) *job.Answer {
		if r.Path != "/there" {
			begun <- struct{}{}
			<-finish
		}
		return &job.Answer{Status: 200}
	})
	t.Cleanup(finished) // before it is waited for
	_, _, err := ask(t, asker, &job.Request{Path: "/there"})
	require.NoError(t, err)
	outcomes := make(chan error, most)
	for range most {
		go func() {
			_, _, err := asker.Ask(t.Context(), &job.Request{})
			outcomes <- err
		}()
	}
	for range most {
		<-begun
	}
	_, _, err = asker.Ask(t.Context(), &job.Request{Path: "/there"})
	require.ErrorIs(t, err, testcall.ErrBusy)
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	require.Eventually(t, func() bool { // it takes no more
		_, _, err := asker.Ask(t.Context(), &job.Request{Path: "/there"})
		return err == testcall.ErrNoEdge
	}, 30*time.Second, time.Millisecond)
	finished()
	for range most {
		require.NoError(t, <-outcomes)
	}
	<-stopped
}

func TestAnEdgeHearsOnlyWhoHasTheClustersKey(t *testing.T) {
	c := bustest.Start(t)
	control := c.Connect(t, bus.Control, "control")
	made := make(chan struct{}, 1)
	serve(t, c, "edge", func(_ context.Context, r *job.Request) *job.Answer {
		if r.Path != "/there" {
			made <- struct{}{}
		}
		return &job.Answer{Status: 200}
	})
	_, _, err := ask(t, testcall.NewAsker(control), &job.Request{Path: "/there"})
	require.NoError(t, err)
	require.NoError(t, control.Overflow.NATS.PublishRequest(bus.TestCall.At(), bus.TestAnswer.At("control", "x"), []byte(`{"request":{"path":"/"}}`)))
	_, _, err = ask(t, testcall.NewAsker(control), &job.Request{Path: "/there"}) // behind it
	require.NoError(t, err)
	require.Empty(t, made)
}
