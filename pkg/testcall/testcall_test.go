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
	serve(t, c, "edge.1", func(_ context.Context, r *job.Request, _ job.Pieces) *job.Answer {
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
	serve(t, c, "edge", func(_ context.Context, r *job.Request, _ job.Pieces) *job.Answer {
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
	serve(t, c, "edge", func(ctx context.Context, r *job.Request, _ job.Pieces) *job.Answer {
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
	stop := serve(t, c, "edge", func(_ context.Context, r *job.Request, _ job.Pieces) *job.Answer {
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
	serve(t, c, "edge", func(_ context.Context, r *job.Request, _ job.Pieces) *job.Answer {
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

// told is what a follower has heard.
type told struct {
	head   *job.Answer
	edge   string
	pieces []string
	begun  chan struct{}
	refuse error // of the first piece
}

func (w *told) Begin(head *job.Answer, edge string) error {
	w.head, w.edge = head, edge
	if w.begun != nil {
		close(w.begun)
	}
	return nil
}

func (w *told) Piece(b []byte) error {
	w.pieces = append(w.pieces, string(b))
	return w.refuse
}

// follows has an edge that streams what `say` says, and returns a control that may follow it.
func follows(t *testing.T, say func(ctx context.Context, p job.Pieces) *job.Answer) *testcall.Asker {
	t.Helper()
	c := bustest.Start(t)
	asker := testcall.NewAsker(c.Connect(t, bus.Control, "control"))
	serve(t, c, "edge", func(ctx context.Context, r *job.Request, p job.Pieces) *job.Answer {
		if p == nil {
			return &job.Answer{Status: 200}
		}
		return say(ctx, p)
	})
	_, _, err := ask(t, asker, &job.Request{})
	require.NoError(t, err)
	return asker
}

func TestAnAnswerThatComesInPiecesIsToldAsItComes(t *testing.T) {
	head := &job.Answer{Status: 200, ContentType: "text/event-stream", Headers: map[string]string{"x-asbru-provider": "mock"}}
	long := string(bytes.Repeat([]byte{'"'}, testcall.MaxBytes+1))
	asker := follows(t, func(_ context.Context, p job.Pieces) *job.Answer {
		for _, err := range []error{p.Begin(head), p.Piece([]byte("one")), p.Piece([]byte("two")), p.Piece([]byte(long))} {
			if err != nil {
				t.Error(err)
			}
		}
		return head
	})
	var got told
	answer, edge, err := asker.Follow(t.Context(), &job.Request{}, &got)
	require.NoError(t, err)
	require.Nil(t, answer)
	require.Equal(t, "edge", edge)
	require.Equal(t, "edge", got.edge)
	require.Equal(t, head, got.head)
	require.Equal(t, []string{"one", "two", long[:testcall.MaxBytes], long[testcall.MaxBytes:]}, got.pieces)
}

func TestAnAnswerInOnePieceIsReturnedToWhoFollows(t *testing.T) {
	asker := follows(t, func(context.Context, job.Pieces) *job.Answer {
		return &job.Answer{Status: 429, Body: []byte("no")}
	})
	var got told
	answer, edge, err := asker.Follow(t.Context(), &job.Request{}, &got)
	require.NoError(t, err)
	require.Equal(t, "edge", edge)
	require.Equal(t, &job.Answer{Status: 429, Body: []byte("no")}, answer)
	require.Equal(t, told{}, got)
}

func TestAStreamEndsWithWhatWentWrong(t *testing.T) {
	for name, want := range map[string]error{"late": testcall.ErrLate, "large": testcall.ErrTooLarge} {
		t.Run(name, func(t *testing.T) {
			asker := follows(t, func(_ context.Context, p job.Pieces) *job.Answer {
				_ = p.Begin(&job.Answer{Status: 200})
				if name == "late" {
					return nil
				}
				piece := make([]byte, 400<<10)
				for n := 0; ; n += len(piece) {
					if err := p.Piece(piece); err != nil {
						require.Greater(t, n+len(piece), testcall.MaxStreamBytes)
						return &job.Answer{Status: 200}
					}
				}
			})
			_, _, err := asker.Follow(t.Context(), &job.Request{}, &told{})
			require.ErrorIs(t, err, want)
		})
	}
}

func TestAnEdgeGivesUpAStreamThatNobodyFollows(t *testing.T) {
	for name, refuse := range map[string]error{"who asks goes": nil, "the follower takes no more": context.Canceled} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			asker := follows(t, func(ctx context.Context, p job.Pieces) *job.Answer {
				_ = p.Begin(&job.Answer{Status: 200})
				_ = p.Piece([]byte("a"))
				<-ctx.Done()
				close(ended)
				return nil
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := &told{begun: make(chan struct{}), refuse: refuse}
			if refuse == nil {
				go func() { <-w.begun; cancel() }()
			}
			_, _, err := asker.Follow(ctx, &job.Request{}, w)
			require.ErrorIs(t, err, context.Canceled)
			<-ended
		})
	}
}
