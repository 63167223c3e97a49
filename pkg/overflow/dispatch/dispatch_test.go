package dispatch_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/overflow/dispatch"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// parties are an edge's dispatcher, and the connections of the others.
type parties struct {
	*dispatch.Dispatcher
	control, worker *bus.Conn
}

func start(t *testing.T, o dispatch.Options) parties {
	t.Helper()
	c := bustest.Start(t)
	p := parties{control: c.Connect(t, bus.Control, "control-1"), worker: c.Connect(t, bus.Worker, "worker-1")}
	require.NoError(t, bus.ProvisionPools(t.Context(), p.control, []string{"openai"}))
	edge := c.Connect(t, bus.Edge, "edge-1")
	var err error
	p.Dispatcher, err = dispatch.New(edge, o)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, edge.Overflow.NATS.Flush()) // it listens
	return p
}

func (p parties) offer(t *testing.T) *overflow.Receiver {
	t.Helper()
	call := &overflow.Call{Provider: "openai", Op: api.OpChat, Budget: time.Minute, Body: []byte("{}")}
	r, err := p.Offer(call, time.Now().Add(time.Minute))
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// send sends a frame as the worker.
func (p parties) send(t *testing.T, id overflow.ID, f overflow.Frame) {
	t.Helper()
	f.Worker = "worker-1"
	require.NoError(t, p.worker.Overflow.NATS.Publish(bus.Frames.At("edge-1", id.String()), f.Append(nil)))
}

// queued waits until the queue holds n calls.
func (p parties) queued(t *testing.T, n uint64) {
	t.Helper()
	require.Eventually(t, func() bool {
		s, err := p.control.Control.JS.Stream(t.Context(), bus.Overflow.Name)
		return err == nil && s.CachedInfo().State.Msgs == n
	}, patience, time.Millisecond)
}

func (p parties) become(t *testing.T, r *overflow.Receiver, s overflow.State) {
	t.Helper()
	require.Eventually(t, func() bool { return r.State() == s }, patience, time.Millisecond)
}

func TestAnOfferThatIsWithdrawnIsTakenOutOfTheQueue(t *testing.T) {
	p := start(t, dispatch.Options{})
	for range 20 { // before the queue has said that it has it, and after
		require.True(t, p.offer(t).Withdraw())
	}
	r := p.offer(t)
	p.queued(t, 1)
	require.True(t, r.Withdraw())
	p.queued(t, 0)
}

func TestAClaimThatNobodyWaitsForIsTurnedDown(t *testing.T) {
	p := start(t, dispatch.Options{})
	said := make(chan *nats.Msg, 1)
	sub, err := p.worker.Overflow.NATS.ChanSubscribe(bus.Flow.Of("worker-1"), said)
	require.NoError(t, err)
	defer sub.Unsubscribe()
	require.NoError(t, p.worker.Overflow.NATS.Flush())
	p.send(t, 7, overflow.Frame{Kind: overflow.Beat})
	require.Equal(t, overflow.Cancel(), (<-said).Data)
}

func TestPastTheQueueThreeBusyWorkersAreAsked(t *testing.T) {
	p := start(t, dispatch.Options{})
	require.NoError(t, p.control.Control.JS.DeleteStream(t.Context(), bus.Overflow.Name))
	var asked atomic.Int64
	sub, err := p.worker.Overflow.NATS.QueueSubscribe(bus.OverflowDirect.At("openai"), bus.DirectQueue, func(m *nats.Msg) {
		asked.Add(1)
		var call overflow.Call
		if call.Decode(m.Data) == nil {
			busy := overflow.Frame{Kind: overflow.Busy, Worker: "worker-1"}
			_ = p.worker.Overflow.NATS.Publish(bus.Frames.At(call.Edge, call.Transfer.String()), busy.Append(nil))
		}
	})
	require.NoError(t, err)
	defer sub.Unsubscribe()
	require.NoError(t, p.worker.Overflow.NATS.Flush())
	p.become(t, p.offer(t), overflow.Refused)
	require.EqualValues(t, 3, asked.Load())
}

func TestPastTheQueueNobodyIsThere(t *testing.T) {
	p := start(t, dispatch.Options{})
	require.NoError(t, p.control.Control.JS.DeleteStream(t.Context(), bus.Overflow.Name))
	p.become(t, p.offer(t), overflow.Refused)
	require.False(t, p.Takes("openai"), "for a while none is offered")
}

func TestNothingIsOfferedToNobody(t *testing.T) {
	var workers atomic.Bool
	p := start(t, dispatch.Options{Workers: workers.Load})
	require.Eventually(t, func() bool { return !p.Takes("openai") }, patience, time.Millisecond)
	workers.Store(true)
	require.Eventually(t, func() bool { return p.Takes("openai") }, patience, time.Millisecond)
}

func TestAFrameThatCannotBeReadHarmsNobody(t *testing.T) {
	p := start(t, dispatch.Options{})
	r := p.offer(t)
	for _, message := range []string{"x", "{", "{}", `{"seq":-1}`, "\x01\x09"} {
		require.NoError(t, p.worker.Overflow.NATS.Publish(bus.Frames.At("edge-1", r.Transfer().String()), []byte(message)))
	}
	require.NoError(t, p.worker.Overflow.NATS.Publish(bus.Frames.At("edge-1", "no transfer"), []byte("x")))
	p.send(t, r.Transfer(), overflow.Frame{Kind: overflow.Beat})
	p.become(t, r, overflow.Taken)
	require.EqualValues(t, 1, p.Taken())
}
