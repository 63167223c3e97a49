package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

const (
	wholeAnswer = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}`
	usageEvent  = `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16}}`
	stopEvent   = `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
)

// delta is an event with a piece of text.
func delta(text string) string {
	return `{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"` + text + `"},"finish_reason":null}]}`
}

func endStream(x *upstreamtest.Exchange) {
	x.Event(stopEvent)
	x.Event(usageEvent)
	x.Event("[DONE]")
	x.EndStream()
}

// watchNodes has control tell of nodes that are gone.
func (c *cluster) watchNodes(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- bus.WatchNodes(ctx, c.control, nil) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
}

// open begins a stream and reads up to a text.
func (n *node) open(t *testing.T, a asked, upTo string) (*gateway.Call, string) {
	t.Helper()
	call := n.begin(a)
	require.Nil(t, n.Do(call))
	var got strings.Builder
	for !strings.Contains(got.String(), upTo) {
		b, err := call.Next()
		require.NoError(t, err, got.String())
		got.Write(b)
	}
	return call, got.String()
}

func rest(t *testing.T, call *gateway.Call) string {
	t.Helper()
	var got strings.Builder
	for {
		b, err := call.Next()
		got.Write(b)
		if err != nil {
			require.Equal(t, io.EOF, err)
			return got.String()
		}
	}
}

func TestASlowReaderSlowsTheProviderAndFillsNoMemory(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	sent, resume := make(chan int, 1), make(chan struct{})
	part := strings.Repeat("x", 32<<10)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		n, more := 0, true
		for ; n < 4000 && more; n++ {
			more = x.TryChunk("data: "+delta(part)+"\n\n", 300*time.Millisecond)
		}
		sent <- n
		<-resume
		x.Close()
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "xxx")
	defer edge.Release(call)
	require.Less(t, <-sent, 1000, "the provider is read although nobody takes what it says")
	close(resume)
	require.Contains(t, rest(t, call), "stream_truncated")
}

func TestACallerWhoLeavesStopsTheProvider(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream %t", stream), func(t *testing.T) {
			c := startCluster(t)
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if stream {
					x.StartStream()
					x.Event(delta("one"))
				}
				close(ready)
				gone <- x.WaitGone(patience)
			})
			edge := c.edge(t, over(up.URL, 1))
			w := c.worker(t, "worker-1", over(up.URL, 10))
			caller := &leaver{}
			a := chat("openai", "openai", "gpt-4o", stream)
			a.client = caller
			if stream {
				call, _ := edge.open(t, a, "one")
				caller.leave()
				_, err := call.Next()
				require.Error(t, err)
				edge.Release(call)
			} else {
				done := make(chan answer, 1)
				go func() { done <- edge.ask(a) }()
				<-ready
				caller.leave()
				require.Equal(t, api.KindCanceled, (<-done).err.Kind)
			}
			require.True(t, <-gone, "the provider was left working")
			r := edge.settled(t, 1)
			require.Equal(t, 499, r.Status)
			require.True(t, r.Usage.Estimated)
			require.Positive(t, r.Usage.Input)
			w.stop()
			require.Zero(t, w.countRecords())
		})
	}
}

// lateTaker is a worker that takes a call just when its caller leaves.
type lateTaker struct {
	caller *leaver
	usage  api.Usage
}

func (*lateTaker) Takes(string) bool { return true }

func (w *lateTaker) Offer(_ *overflow.Call, deadline time.Time) (*overflow.Receiver, error) {
	r := overflow.NewReceiver(1, deadline, w)
	r.Deliver(&overflow.Frame{Kind: overflow.Beat, Worker: "worker-1"})
	w.caller.leave()
	r.Deliver(&overflow.Frame{Kind: overflow.End, Seq: 1, Usage: w.usage})
	return r, nil
}

func (*lateTaker) Flow(string, overflow.ID, []byte) {}
func (*lateTaker) Forget(overflow.ID, bool)         {}

func TestACallThatIsTakenWhenItsCallerLeavesIsAccountedFor(t *testing.T) {
	caller := &leaver{}
	w := &lateTaker{caller: caller, usage: api.Usage{Input: 3, Output: 4, Known: true}}
	edge := newNode(t, over("http://127.0.0.1:1", 1), gateway.Options{Overflow: w})
	defer edge.fill(t)()
	a := chat("openai", "openai", "gpt-4o", false)
	a.client = caller
	require.Equal(t, w.usage, edge.ask(a).usage)
	require.Equal(t, 499, edge.settled(t, 1).Status)
}

func TestTheDrainPolicyHoldsAtAWorker(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream %t", stream), func(t *testing.T) {
			c := startCluster(t)
			ready, proceed := make(chan struct{}), make(chan struct{})
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if stream {
					x.StartStream()
					x.Event(delta("one"))
				}
				close(ready)
				<-proceed
				if stream {
					endStream(x)
					return
				}
				x.JSON(200, wholeAnswer)
			})
			drain := func(p *config.Provider) { p.Cancel = config.CancelDrain }
			edge := c.edge(t, with(over(up.URL, 1), drain))
			c.worker(t, "worker-1", with(over(up.URL, 10), drain))
			caller := &leaver{}
			a := chat("openai", "openai", "gpt-4o", stream)
			a.client = caller
			ended := func() { edge.ask(a) }
			if stream {
				call, _ := edge.open(t, a, "one")
				ended = func() { edge.Release(call) }
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				ended()
			}()
			<-ready
			caller.leave()
			close(proceed)
			<-done
			r := edge.settled(t, 1)
			require.False(t, r.Usage.Estimated)
			require.Positive(t, r.Usage.Output)
		})
	}
}

func TestAWorkerThatDiesBeforeTheFirstByteCostsAnotherTryAndNoError(t *testing.T) {
	t.Parallel()
	for name, hint := range map[string]bool{"the server saw it": true, "it is silent": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCluster(t)
			if hint {
				c.watchNodes(t)
			}
			hit := make(chan struct{}, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if x.N == 1 {
					hit <- struct{}{}
					x.WaitGone(patience)
					return
				}
				x.JSON(200, wholeAnswer)
			})
			edge := c.edge(t, over(up.URL, 1))
			first := c.worker(t, "worker-1", over(up.URL, 10))
			done := make(chan answer, 1)
			go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", false)) }()
			<-hit
			first.conn.Close()
			c.worker(t, "worker-2", over(up.URL, 10))
			got := <-done
			require.Nil(t, got.err)
			require.Equal(t, wholeAnswer, got.body)
			require.Equal(t, "worker-2", got.worker)
			require.Equal(t, 2, got.attempts)
			require.True(t, edge.settled(t, 1).Billed, "the first may have been paid for")
		})
	}
}

func TestAWorkerThatDiesInAStreamEndsItWithTheDialectsErrorEvent(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"openai", "anthropic", "genai", "genai array"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			c := startCluster(t)
			c.watchNodes(t)
			gone := make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				x.StartStream()
				x.Event(delta("one"))
				x.Event(delta("two"))
				gone <- x.WaitGone(patience)
			})
			edge := c.edge(t, over(up.URL, 1))
			w := c.worker(t, "worker-1", over(up.URL, 10))
			name, array := strings.CutSuffix(dialect, " array")
			a := chat(name, "openai", "gpt-4o", true)
			a.array = array
			call, begun := edge.open(t, a, "two")
			w.conn.Close()
			end := rest(t, call)
			require.Contains(t, end, "stream_truncated")
			require.NotContains(t, end, "[DONE]")
			require.True(t, <-gone)
			if array {
				require.True(t, json.Valid([]byte(begun+end)), begun+end)
			}
			edge.Release(call)
			r := edge.settled(t, 1)
			require.True(t, r.Truncated)
			require.True(t, r.Usage.Estimated)
			require.Positive(t, r.Usage.Output)
			require.Equal(t, "stream_truncated", r.Code.String())
			slot, ok := w.TakeSlot("openai")
			require.True(t, ok)
			slot.Release()
		})
	}
}

func TestAnEdgeThatDiesHasItsCallsStoppedAndSettledByTheWorker(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	c.watchNodes(t)
	gone := make(chan bool, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(delta("one"))
		gone <- x.WaitGone(patience)
	})
	edge := c.edge(t, over(up.URL, 1))
	w := c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "one")
	edge.conn.Close()
	require.True(t, <-gone)
	r := w.settled(t, 1)
	require.Equal(t, "req-1", r.RequestID.String())
	require.True(t, r.Usage.Estimated)
	require.Positive(t, r.Usage.Output)
	require.True(t, r.Truncated)
	rest(t, call)
	edge.Release(call)
	require.Equal(t, r.CallID, edge.settled(t, 1).CallID, "so that the ledger takes them for one")
}

func TestNATSThatStopsEndsWhatIsAtWorkersAndNothingElse(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if !strings.Contains(string(x.BodyBytes), `"stream":true`) {
			x.JSON(200, wholeAnswer)
			return
		}
		x.StartStream()
		x.Event(delta("one"))
		x.WaitGone(patience)
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "one")
	c.server.Shutdown()
	require.Contains(t, rest(t, call), "stream_truncated")
	edge.Release(call)
	require.NoError(t, edge.Apply(over(up.URL, 2)))
	got := edge.ask(chat("openai", "openai", "gpt-4o", false))
	require.Nil(t, got.err)
	require.Empty(t, got.worker)
	free := edge.fill(t)
	done := make(chan answer, 1)
	go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", false)) }()
	waiting(t, edge)
	free()
	require.Nil(t, (<-done).err, "a call that cannot be handed over waits for a slot here")
}

// waiting waits until a call stands in the edge's queue.
func waiting(t *testing.T, n *node) {
	t.Helper()
	require.Eventually(t, func() bool {
		families, err := n.metrics.Gather().Gather()
		require.NoError(t, err)
		for _, f := range families {
			if f.GetName() == "asbru_pool_waiting" {
				for _, m := range f.GetMetric() {
					if m.GetGauge().GetValue() > 0 {
						return true
					}
				}
			}
		}
		return false
	}, patience, time.Millisecond)
}

func TestWhileTheQueueIsAwayCallsGoToWorkersDirectly(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 2))
	busy, free := c.worker(t, "worker-1", over(url, 1)), c.worker(t, "worker-2", over(url, 10))
	done := busy.fill(t)
	require.NoError(t, c.control.Control.JS.DeleteStream(t.Context(), "OVF"))
	defer done()
	got := edge.ask(chat("openai", "openai", "gpt-4o", false))
	require.Nil(t, got.err)
	require.Equal(t, "worker-2", got.worker, "be it after a few that asked the busy one")
	require.EqualValues(t, 1, free.Claimed())
}

func TestWorkersThatAreAllBusyLeaveACallToItsEdge(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	w := c.worker(t, "worker-1", over(url, 1))
	defer w.fill(t)()
	require.NoError(t, c.control.Control.JS.DeleteStream(t.Context(), "OVF"))
	done := make(chan answer, 1)
	go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", false)) }()
	require.Eventually(t, func() bool { return !edge.dispatcher.Takes("openai") }, patience, time.Millisecond, "the offer is refused")
	waiting(t, edge)
	require.NoError(t, edge.Apply(over(url, 3)))
	got := <-done
	require.Nil(t, got.err)
	require.Empty(t, got.worker)
}

func TestAFullQueueLeavesACallToItsEdge(t *testing.T) {
	c := startCluster(t)
	_, url := serveMock(t, mock.Options{})
	edge := c.edge(t, over(url, 1))
	for full := false; !full; {
		_, err := edge.conn.Overflow.JS.Publish(t.Context(), bus.OverflowCall.At("anthropic"), []byte("x"))
		full = err != nil
	}
	done := make(chan answer, 1)
	go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", false)) }()
	require.Eventually(t, func() bool { return !edge.dispatcher.Takes("openai") }, patience, time.Millisecond, "the offer is refused")
	require.NoError(t, edge.Apply(over(url, 3)))
	require.Nil(t, (<-done).err)
}

func TestAWorkerThatDrainsFinishesWhatItHasAndTakesNoMore(t *testing.T) {
	c := startCluster(t)
	proceed := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(delta("one"))
		<-proceed
		endStream(x)
	})
	edge := c.edge(t, over(up.URL, 1))
	w := c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "one")
	defer edge.Release(call)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		w.Drain(context.Background())
	}()
	a := chat("openai", "openai", "gpt-4o", true)
	require.Eventually(t, func() bool {
		a.timeout = 200 * time.Millisecond
		got := edge.ask(a)
		return got.err != nil && got.err.Code == "queue_timeout"
	}, patience, time.Millisecond, "no more calls are taken")
	select {
	case <-drained:
		require.Fail(t, "a call is still under way")
	default:
	}
	close(proceed)
	require.Contains(t, rest(t, call), "[DONE]")
	<-drained
}

func TestADrainThatTakesTooLongEndsStreamsWithAnErrorEvent(t *testing.T) {
	c := startCluster(t)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(delta("one"))
		x.WaitGone(patience)
	})
	edge := c.edge(t, over(up.URL, 1))
	w := c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "one")
	defer edge.Release(call)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	go w.Drain(ctx)
	require.Contains(t, rest(t, call), "shutting_down")
}

func TestAnEdgeThatStopsEndsStreamsThatAreAtWorkers(t *testing.T) {
	c := startCluster(t)
	gone := make(chan bool, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Event(delta("one"))
		gone <- x.WaitGone(patience)
	})
	edge := c.edge(t, over(up.URL, 1))
	c.worker(t, "worker-1", over(up.URL, 10))
	call, _ := edge.open(t, chat("openai", "openai", "gpt-4o", true), "one")
	edge.CutCalls()
	require.Contains(t, rest(t, call), "shutting_down")
	edge.Release(call)
	require.True(t, <-gone)
}

func TestTwoWorkersShareACallLoadWithoutLosingOrDoublingAny(t *testing.T) {
	c := startCluster(t)
	m, url := serveMock(t, mock.Options{Latency: 5 * time.Millisecond})
	edge := c.edge(t, over(url, 1))
	one, two := c.worker(t, "worker-1", over(url, 3)), c.worker(t, "worker-2", over(url, 3))
	const calls = 90
	done := make(chan answer, calls)
	for i := range calls {
		go func() { done <- edge.ask(chat("openai", "openai", "gpt-4o", i%2 == 0)) }()
	}
	for range calls {
		got := <-done
		require.Nil(t, got.err)
		require.NotEmpty(t, got.worker)
	}
	require.EqualValues(t, calls, m.Stats().Hits)
	require.Equal(t, calls, edge.countRecords())
	require.EqualValues(t, calls, one.Claimed()+two.Claimed())
	require.Positive(t, one.Claimed())
	require.Positive(t, two.Claimed())
}
