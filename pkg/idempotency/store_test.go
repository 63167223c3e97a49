package idempotency_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
)

var request = idempotency.Request{Caller: "vk", Key: "k", Target: "/v1/chat/completions", Body: []byte(`{"model":"m"}`)}

// edges returns the stores of n edges of one cluster, which give nobody up while a
// test may last.
func edges(t *testing.T, n int) []*idempotency.Store {
	t.Helper()
	return edgesWith(t, n, time.Minute)
}

// edgesWith returns edges that give up a node after so much silence.
func edgesWith(t *testing.T, n int, silence time.Duration) []*idempotency.Store {
	t.Helper()
	cluster := bustest.Start(t)
	stores := make([]*idempotency.Store, n)
	for i := range stores {
		stores[i] = idempotency.New(cluster.Connect(t, bus.Edge, fmt.Sprint("edge-", i)), slog.New(slog.DiscardHandler))
		stores[i].Hasten(silence)
	}
	return stores
}

func begin(t *testing.T, s *idempotency.Store, r idempotency.Request) *idempotency.Claim {
	t.Helper()
	claim, answer, err := s.Begin(t.Context(), r)
	require.NoError(t, err)
	require.Nil(t, answer)
	require.NotNil(t, claim)
	return claim
}

func requireCode(t *testing.T, code string, err error) {
	t.Helper()
	var known *api.Error
	require.ErrorAs(t, err, &known)
	require.Equal(t, code, known.Code)
	require.Equal(t, 409, known.HTTPStatus())
}

func TestOneTryGetsTheCallAndAllGetTheAnswer(t *testing.T) {
	stores := edges(t, 3)
	for name, size := range map[string]int{"small": 10, "large": 1 << 20} {
		t.Run(name, func(t *testing.T) {
			r := request
			r.Key = name
			want := idempotency.Answer{
				Status: 200, ContentType: "application/json", Body: []byte(strings.Repeat("x\n", size/2)),
				Headers: []idempotency.Header{{Name: "X-Asbru-Provider", Value: "openai"}},
			}
			var trying sync.WaitGroup
			answers, claims := make(chan *idempotency.Answer, 30), make(chan *idempotency.Claim, 30)
			for i := range 30 {
				trying.Go(func() {
					claim, answer, err := stores[i%3].Begin(t.Context(), r)
					switch {
					case err != nil:
						t.Error(err)
					case claim != nil:
						claims <- claim
						claim.Done(&want)
					default:
						answers <- answer
					}
				})
			}
			trying.Wait()
			require.Len(t, claims, 1)
			require.Len(t, answers, 29)
			for range 29 {
				require.Equal(t, &want, <-answers)
			}
		})
	}
}

func TestAFailureIsToldToThoseWhoWaitAndNotKept(t *testing.T) {
	stores := edges(t, 2)
	first := begin(t, stores[0], request)
	wait := stores[1].Join(t.Context(), request)
	first.Failed(&idempotency.Answer{Status: 503, Body: []byte("busy")})
	_, answer, err := wait()
	require.NoError(t, err)
	require.Equal(t, 503, answer.Status)

	other := request
	other.Body = []byte("{}")
	begin(t, stores[1], other).Done(&idempotency.Answer{Status: 200})
	_, answer, err = stores[0].Begin(t.Context(), other)
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
}

func TestAKeyIsForOneRequestOfOneCaller(t *testing.T) {
	stores := edges(t, 2)
	first := begin(t, stores[0], request)
	for name, change := range map[string]func(*idempotency.Request){
		"another body":   func(r *idempotency.Request) { r.Body = []byte("{}") },
		"another target": func(r *idempotency.Request) { r.Target = "/v1/embeddings" },
	} {
		r := request
		change(&r)
		_, _, err := stores[1].Begin(t.Context(), r)
		require.Error(t, err, name)
		requireCode(t, "idempotency_key_reused", err)
	}
	r := request
	r.Caller = "somebody else"
	begin(t, stores[1], r).Abandon()
	first.Done(&idempotency.Answer{Status: 200})
}

func TestWhatIsNotKnownIsNeverMadeAgain(t *testing.T) {
	stores := edgesWith(t, 2, 300*time.Millisecond)
	for name, tc := range map[string]struct {
		end  func(*idempotency.Claim)
		code string
	}{
		"the node died":     {(*idempotency.Claim).Die, "idempotency_unknown"},
		"the call was lost": {(*idempotency.Claim).Abandon, "idempotency_unknown"},
		"too large":         {(*idempotency.Claim).TooLarge, "idempotency_answer_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request
			r.Key = name
			tc.end(begin(t, stores[0], r))
			for _, s := range stores {
				_, _, err := s.Begin(t.Context(), r)
				requireCode(t, tc.code, err)
			}
		})
	}
}

func TestADeathThatIsToldEndsTheWaitAtOnce(t *testing.T) {
	cluster := bustest.Start(t)
	control := cluster.Connect(t, bus.Control, "control")
	// With the patience of every day: a test that waits it out fails by its deadline.
	owner := idempotency.New(cluster.Connect(t, bus.Edge, "edge-0"), slog.New(slog.DiscardHandler))
	other := idempotency.New(cluster.Connect(t, bus.Edge, "edge-1"), slog.New(slog.DiscardHandler))
	other.NeverLosePatience()

	begin(t, owner, request).Die()
	waited := make(chan error, 1)
	wait := other.Join(t.Context(), request)
	go func() {
		_, _, err := wait()
		waited <- err
	}()
	// The try may not wait yet when it is first told.
	var err error
	require.Eventually(t, func() bool {
		if control.Control.NATS.Publish(bus.NodeDown.At("edge-0"), nil) != nil {
			return false
		}
		select {
		case err = <-waited:
			return true
		default:
			return false
		}
	}, time.Minute, 20*time.Millisecond)
	requireCode(t, "idempotency_unknown", err)
	_, _, err = other.Begin(t.Context(), request)
	requireCode(t, "idempotency_unknown", err)
}

func TestANodeThatWasToldToBeGoneIsNotWaitedForLong(t *testing.T) {
	cluster := bustest.Start(t)
	control := cluster.Connect(t, bus.Control, "control")
	edges := [2]*idempotency.Store{}
	for i := range edges {
		conn := cluster.Connect(t, bus.Edge, fmt.Sprint("edge-", i))
		edges[i] = idempotency.New(conn, slog.New(slog.DiscardHandler))
		require.NoError(t, conn.Control.NATS.Flush(), "it hears of deaths from here on")
	}
	edges[1].NeverLosePatience()
	tell := func() {
		require.NoError(t, control.Control.NATS.Publish(bus.NodeDown.At("edge-0"), nil))
		require.Eventually(t, func() bool { return edges[1].KnowsDeadNode("edge-0") }, time.Minute, time.Millisecond)
	}
	// A node may have come back under its name: its calls are waited for.
	tell()
	alive := begin(t, edges[0], request)
	wait := edges[1].Join(t.Context(), request)
	alive.Done(&idempotency.Answer{Status: 200})
	_, answer, err := wait()
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)

	dead := request
	dead.Key = "dead"
	begin(t, edges[0], dead).Die()
	tell()
	_, _, err = edges[1].Begin(t.Context(), dead)
	requireCode(t, "idempotency_unknown", err)
}

func TestACallThatTakesLongIsWaitedFor(t *testing.T) {
	stores := edgesWith(t, 2, time.Second)
	claim := begin(t, stores[0], request)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // several times the silence of a dead node
	defer cancel()
	_, _, err := stores[1].Begin(ctx, request)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	claim.Done(&idempotency.Answer{Status: 200})
	_, answer, err := stores[1].Begin(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
}

func TestAnAnswerThatWasGivenUpIsStillKept(t *testing.T) {
	stores := edges(t, 2)
	claim := begin(t, stores[0], request)
	requireCode(t, "idempotency_unknown", stores[1].GiveUp(t.Context(), request))
	claim.Done(&idempotency.Answer{Status: 200})
	_, answer, err := stores[1].Begin(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, 200, answer.Status)
}

func TestWithoutNATSAKeyHasNoEffect(t *testing.T) {
	cluster := bustest.Start(t)
	conn := cluster.Connect(t, bus.Edge, "edge")
	s := idempotency.New(conn, slog.New(slog.DiscardHandler))
	conn.Close()
	_, _, err := s.Begin(t.Context(), request)
	require.ErrorIs(t, err, idempotency.ErrAway)
}
