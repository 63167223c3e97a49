package edge_test

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// trio is three edges of one cluster before one provider.
type trio struct {
	doors [3]*door
	conns [3]*bus.Conn
	rows  atomic.Int64 // of the ledger
}

func openTrio(t *testing.T, up *upstreamtest.Server, change ...func(*config.Config)) *trio {
	t.Helper()
	cluster := bustest.Start(t)
	trio := &trio{}
	for i := range trio.doors {
		cfg := over(up.URL)
		for _, f := range change {
			f(cfg)
		}
		node := fmt.Sprint("n", i+1)
		trio.conns[i] = cluster.Connect(t, bus.Edge, node)
		hooks := gateway.Hooks{Done: func(*telemetry.Record) { trio.rows.Add(1) }}
		trio.doors[i] = startEdge(t, cfg, gateway.Options{Hooks: hooks}, edge.Options{
			Node: node, Idempotency: idempotency.New(trio.conns[i], slog.New(slog.DiscardHandler)),
		})
		trio.doors[i].closeAfter(t)
	}
	return trio
}

const idempotencyKey = "Idempotency-Key: order-17"

func TestManyTriesOverManyEdgesAreOneCall(t *testing.T) {
	const tries = 30
	for name, tc := range map[string]struct {
		answer func(*upstreamtest.Exchange)
		stream string
	}{
		"whole":  {func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) }, ""},
		"stream": {serveStream(streams["openai"]), `,"stream":true`},
	} {
		for dialect := range providerOf {
			t.Run(name+" in "+dialect, func(t *testing.T) {
				proceed := make(chan struct{})
				up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { <-proceed; tc.answer(x) })
				trio := openTrio(t, up)
				path, body := chatRequest(dialect, "openai", "")
				if tc.stream != "" {
					path, body = streamRequest(dialect, "openai", "")
				}
				answers := make([]answer, tries+1)
				var trying sync.WaitGroup
				for i := range tries {
					trying.Go(func() { answers[i] = trio.doors[i%3].post(t, path, body, idempotencyKey) })
				}
				require.Eventually(t, func() bool { return up.Hits() == 1 }, patience, time.Millisecond)
				close(proceed)
				trying.Wait()
				late := trio.doors[1].post(t, path, body, idempotencyKey)
				first := 0
				answers[tries] = late
				for _, a := range answers {
					require.Equal(t, 200, a.Status, a.Body)
					require.Equal(t, late.Body, a.Body)
					require.Equal(t, late.Header.Get("Content-Type"), a.Header.Get("Content-Type"))
					require.Equal(t, "openai", a.Header.Get("x-asbru-provider"))
					if a.Header.Get("x-asbru-idempotent-replay") == "" {
						first++
					}
				}
				require.Equal(t, 1, first)
				require.Equal(t, 1, up.Hits())
				require.Eventually(t, func() bool { return trio.rows.Load() == 1 }, patience, time.Millisecond)
			})
		}
	}
}

func TestAnAnswerIsThereForACallerWhoCameBack(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream %t", stream), func(t *testing.T) {
			ready, proceed := make(chan struct{}), make(chan struct{})
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if !stream {
					close(ready)
					<-proceed
					x.JSON(200, wholeAnswers["openai"])
					return
				}
				x.StartStream()
				x.Chunk(streams["openai"][0])
				close(ready)
				<-proceed
				for _, ev := range streams["openai"][1:] {
					x.Chunk(ev)
				}
				x.EndStream()
			})
			trio := openTrio(t, up)
			path, body := chatRequest("openai", "openai", fmt.Sprintf(`,"stream":%t`, stream))
			c := trio.doors[0].send(t, path, body, idempotencyKey)
			<-ready
			require.NoError(t, c.Close())
			close(proceed)
			res := trio.doors[1].post(t, path, body, idempotencyKey)
			require.Equal(t, 200, res.Status, res.Body)
			require.Contains(t, res.Body, "stop")
			require.Equal(t, "true", res.Header.Get("x-asbru-idempotent-replay"))
			require.Equal(t, 1, up.Hits())
		})
	}
}

func TestAFailureIsTriedAgain(t *testing.T) {
	for name, fail := range map[string]func(*upstreamtest.Exchange){
		"refused":       func(x *upstreamtest.Exchange) { x.JSON(503, `{"error":{"message":"busy"}}`) },
		"wrong":         func(x *upstreamtest.Exchange) { x.JSON(400, `{"error":{"message":"no"}}`) },
		"ambiguous":     func(x *upstreamtest.Exchange) { x.Reset() },
		"broken stream": func(x *upstreamtest.Exchange) { serveOnly(streams["openai"][:2])(x); x.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N == 1 {
					fail(x)
					return
				}
				serveStream(streams["openai"])(x)
			})
			trio := openTrio(t, up, func(cfg *config.Config) {
				with(cfg, "openai", func(p *config.Provider) { p.Network.MaxRetries = 0 })
			})
			path, body := streamRequest("openai", "openai", "")
			require.NotContains(t, trio.doors[0].post(t, path, body, idempotencyKey).Body, "[DONE]")
			res := trio.doors[1].post(t, path, body, idempotencyKey)
			require.Contains(t, res.Body, "[DONE]")
			require.Empty(t, res.Header.Get("x-asbru-idempotent-replay"))
			require.Equal(t, res.Body, trio.doors[2].post(t, path, body, idempotencyKey).Body)
			require.Equal(t, 2, up.Hits())
		})
	}
}

func TestAnIdempotencyKeyIsForOneRequest(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	trio := openTrio(t, up)
	for dialect := range providerOf {
		path, body := chatRequest(dialect, "openai", "")
		key := idempotencyKey + dialect
		require.Equal(t, 200, trio.doors[0].post(t, path, body, key).Status)
		_, other := chatRequest(dialect, "openai", `,"x":1`)
		res := trio.doors[1].post(t, path, other, key)
		require.Equal(t, 409, res.Status)
		code, _ := errorOf(t, dialect, res)
		require.Equal(t, "idempotency_key_reused", code)
		res = trio.doors[1].post(t, path, body, "Idempotency-Key: "+strings.Repeat("k", 256))
		require.Equal(t, 400, res.Status)
		code, _ = errorOf(t, dialect, res)
		require.Equal(t, "invalid_idempotency_key", code)
	}
	require.Equal(t, len(providerOf), up.Hits())
}

func TestAnAnswerThatIsTooLargeIsNotPaidForAgain(t *testing.T) {
	events := append([]string{streams["openai"][0]}, strings.Replace(streams["openai"][1], "one", strings.Repeat("x", 512<<10), 1))
	for range 8 {
		events = append(events, events[1])
	}
	up := upstreamtest.New(t, serveStream(append(events, streams["openai"][3:]...)))
	trio := openTrio(t, up)
	path, body := streamRequest("openai", "openai", "")
	require.Contains(t, trio.doors[0].post(t, path, body, idempotencyKey).Body, "[DONE]")
	res := trio.doors[1].post(t, path, body, idempotencyKey)
	require.Equal(t, 409, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "idempotency_answer_too_large", code)
	require.Equal(t, 1, up.Hits())
}

func TestAKeyHasNoEffectForAStrangerOrWithoutNATS(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	trio := openTrio(t, up)
	path, body := chatRequest("openai", "openai", "")
	trio.conns[0].Close()
	for range 2 {
		res := trio.doors[0].post(t, path, body, idempotencyKey)
		require.Equal(t, 200, res.Status)
		require.Equal(t, "off", res.Header.Get("x-asbru-idempotency"))
	}
	require.Equal(t, 2, up.Hits())

	trio = openTrio(t, up, func(cfg *config.Config) { cfg.Client.EnforceAuthOnInference = true })
	require.Equal(t, 401, trio.doors[0].post(t, path, body, idempotencyKey).Status)
}

func TestAWaitForAnotherEdgeEndsWithTheCallsTime(t *testing.T) {
	asked, proceed := make(chan struct{}), make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		close(asked)
		<-proceed
		x.JSON(200, wholeAnswers["openai"])
	})
	defer close(proceed)
	trio := openTrio(t, up)
	path, body := chatRequest("openai", "openai", "")
	c := trio.doors[0].send(t, path, body, idempotencyKey)
	defer c.Close()
	<-asked
	res := trio.doors[1].post(t, path, body, idempotencyKey, "x-asbru-timeout: 1s")
	require.Equal(t, 504, res.Status)
	require.Equal(t, 1, up.Hits())
}

func TestAWaitForAnotherEdgeEndsWithTheDrain(t *testing.T) {
	asked, proceed := make(chan struct{}), make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		close(asked)
		<-proceed
		x.JSON(200, wholeAnswers["openai"])
	})
	defer close(proceed)
	trio := openTrio(t, up)
	path, body := chatRequest("openai", "openai", "")
	owner := trio.doors[0].send(t, path, body, idempotencyKey)
	defer owner.Close()
	<-asked
	waiting := startEdge(t, over(up.URL), gateway.Options{}, edge.Options{
		Node: "n2", Idempotency: idempotency.New(trio.conns[1], slog.New(slog.DiscardHandler)),
	})
	nc := trio.conns[1].Control
	_, err := nc.Bucket(t.Context(), bus.Idempotency) // from now on there is a subscription for answers
	require.NoError(t, err)
	before := nc.NATS.NumSubscriptions()
	c := waiting.send(t, path, body, idempotencyKey)
	defer c.Close()
	require.Eventually(t, func() bool { return nc.NATS.NumSubscriptions() > before }, patience, time.Millisecond, "for the hint")
	waiting.stop(t, 100*time.Millisecond)
	readUntil(t, c, "shutting_down")
	require.Equal(t, 1, up.Hits())
}
