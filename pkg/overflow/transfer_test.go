package overflow

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wires connect a sender and a receiver, each way by a queue, as connections would.
type wires struct {
	sender   *Sender
	receiver *Receiver

	frames, flows chan []byte
	frameFault    func(message []byte) int // how often a frame arrives
	flowFault     func(message []byte) int
	down          bool // nothing can be sent
	forgotten     int
	unclaimed     bool
}

// connect connects a worker w1 with an edge, whose call has a minute. What is under
// way ends with stop.
func connect() (w *wires, stop func()) {
	once := func([]byte) int { return 1 }
	w = &wires{frames: make(chan []byte, 4096), flows: make(chan []byte, 4096), frameFault: once, flowFault: once}
	w.receiver = NewReceiver(1, time.Now().Add(time.Minute), w)
	w.sender = NewSender("w1", func(message []byte) error {
		if w.down {
			return errors.New("not connected")
		}
		w.frames <- bytes.Clone(message)
		return nil
	})
	done := make(chan struct{}, 2)
	go func() {
		for m := range w.frames {
			for range w.frameFault(m) {
				var f Frame
				if f.Decode(m) == nil {
					w.receiver.Deliver(&f)
				}
			}
		}
		done <- struct{}{}
	}()
	go func() {
		for m := range w.flows {
			for range w.flowFault(m) {
				w.sender.Deliver(m)
			}
		}
		done <- struct{}{}
	}()
	return w, func() {
		w.receiver.Close()
		close(w.frames)
		<-done
		close(w.flows)
		<-done
	}
}

func (w *wires) Flow(_ string, _ ID, message []byte) { w.flows <- message }

func (w *wires) Forget(_ ID, unclaimed bool) {
	w.forgotten++
	w.unclaimed = unclaimed
}

// take takes the frames of an answer to its end.
func (w *wires) take() (data []byte, last Frame, err error) {
	for {
		var f Frame
		ok, err := w.receiver.Next(&f)
		switch {
		case err != nil:
			return data, f, err
		case !ok:
			if !w.receiver.Wait(time.Now().Add(time.Minute)) {
				return data, f, errors.New("nothing comes any more")
			}
		case f.Kind == Data:
			data = append(data, f.Data...)
		case f.Kind == End, f.Kind == Fail:
			return data, f, nil
		}
	}
}

// tick ticks both sides each second until stopped.
func (w *wires) tick() (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			case <-time.After(time.Second):
				w.sender.Tick(time.Now())
				w.receiver.Tick(time.Now())
			}
		}
	}()
	return func() { close(quit); <-done }
}

func TestAnAnswerComesWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		answer := bytes.Repeat([]byte("0123456789abcdef"), 100<<10)
		sent := make(chan error, 1)
		go func() {
			budget, err := w.sender.Claim(time.Second)
			if err != nil || budget < 59*time.Second {
				sent <- errors.Join(err, errors.New("no budget"))
				return
			}
			w.sender.Start(Frame{Status: 200, ContentType: "a/b", Returned: []Header{{"n", "v"}}})
			_ = w.sender.Write(answer, 5)
			sent <- w.sender.End(Frame{Usage: api.Usage{Input: 3, Known: true}, Ended: true})
		}()
		data, last, err := w.take()
		require.NoError(t, err)
		require.NoError(t, <-sent)
		require.Equal(t, answer, data)
		require.Equal(t, Frame{Kind: End, Seq: last.Seq, Worker: "w1", Usage: api.Usage{Input: 3, Known: true}, Ended: true, Produced: 5}, last)
		require.Equal(t, "w1", w.receiver.Worker())
	})
}

func TestWhatIsSentIsReceivedInOrderOrTheAnswerFails(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.IntRange(0, 100<<10), 0, 60).Draw(rt, "parts")
		faults := rapid.SliceOfN(rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 1, 2, 3, 0}), 1, 40).Draw(rt, "faults of frames")
		flowFaults := rapid.SliceOfN(rapid.IntRange(0, 2), 1, 40).Draw(rt, "faults of flow")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 10).Draw(rt, "pauses")
		synctest.Test(t, func(t *testing.T) {
			w, stop := connect()
			defer stop()
			_, err := w.sender.Claim(time.Second)
			require.NoError(t, err)
			synctest.Wait()
			n := 0
			w.frameFault = func([]byte) int { n++; return faults[n%len(faults)] }
			m := 0
			w.flowFault = func([]byte) int { m++; return flowFaults[m%len(flowFaults)] }
			defer w.tick()()
			var whole []byte
			sent := make(chan error, 1)
			go func() {
				w.sender.Start(Frame{Status: 200})
				for i, size := range parts {
					part := bytes.Repeat([]byte{byte(i)}, size)
					whole = append(whole, part...)
					if w.sender.Write(part, 0) != nil {
						break
					}
					time.Sleep(time.Duration(pauses[i%len(pauses)]) * time.Millisecond)
				}
				sent <- w.sender.End(Frame{Ended: true})
			}()
			data, last, err := w.take()
			w.receiver.Close()
			<-sent
			if err == nil {
				require.Equal(t, End, last.Kind)
				require.True(t, bytes.Equal(whole, data))
				return
			}
			require.True(t, bytes.HasPrefix(whole, data), "what was received is not what was sent")
			require.True(t, errors.Is(err, ErrFrameLost) || errors.Is(err, ErrWorkerLost), "%v", err)
		})
	})
}

func TestNoMoreIsUnderWayThanTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		defer w.tick()()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		written, sent := 0, make(chan error, 1)
		go func() {
			for range 400 {
				_ = w.sender.Write(make([]byte, 10<<10), 0)
				written += 10 << 10
			}
			sent <- w.sender.End(Frame{})
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		require.LessOrEqual(t, w.receiver.queued, WindowBytes)
		require.LessOrEqual(t, written, 3*WindowBytes, "the worker waits for a slow reader")
		data, _, err := w.take()
		require.NoError(t, err, "and a slow reader is no reason to give up")
		require.Len(t, data, 400*10<<10)
		require.NoError(t, <-sent)
	})
}

func TestSmallPartsAreGatheredButTheFirstGoesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.sender.Start(Frame{})
		began := time.Now()
		for range 20 {
			require.NoError(t, w.sender.Write([]byte("x"), 0))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(soon)
		synctest.Wait()
		var f Frame
		var sizes []int
		for ok := true; ok; {
			if ok, err = w.receiver.Next(&f); ok && f.Kind == Data {
				sizes = append(sizes, len(f.Data))
			}
			require.NoError(t, err)
		}
		require.Equal(t, 1, sizes[0])
		require.LessOrEqual(t, len(sizes), 6, "%v", sizes)
		require.Less(t, time.Since(began), 30*time.Millisecond)
	})
}

func TestASilentWorkerIsGivenUpAfterThreeBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.sender.Start(Frame{})
		w.down = true
		defer w.tick()()
		began := time.Now()
		_, _, err = w.take()
		require.ErrorIs(t, err, ErrWorkerLost)
		require.InDelta(t, 3, time.Since(began).Seconds(), 1.01)
		require.ErrorIs(t, w.sender.Write(nil, 0), ErrEdgeLost, "and the worker, whose frames did not go out, knows it")
	})
}

func TestASilentEdgeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		left := make(chan struct{})
		w.sender.Watch(func() { close(left) })
		w.flowFault = func([]byte) int { return 0 }
		defer w.tick()()
		began := time.Now()
		<-left
		require.InDelta(t, patienceWithEdge.Seconds(), time.Since(began).Seconds(), 1.01)
		require.ErrorIs(t, w.sender.End(Frame{}), ErrEdgeLost)
	})
}

func TestAnEndThatTheEdgeDoesNotGetIsKnownToTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.frameFault = func([]byte) int { return 0 }
		require.ErrorIs(t, w.sender.End(Frame{}), ErrEdgeLost)
	})
}

func TestACallerWhoLeavesGetsTheWorkerStoppedAndStillLearnsWhatWasUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		left := make(chan struct{})
		w.sender.Watch(func() { close(left) })
		w.receiver.Cancel()
		<-left
		require.ErrorIs(t, w.sender.Write([]byte("x"), 1), ErrCanceled)
		sent := make(chan error, 1)
		go func() { sent <- w.sender.End(Frame{Usage: api.Usage{Output: 9}}) }()
		_, last, err := w.take()
		require.NoError(t, err)
		require.EqualValues(t, 9, last.Usage.Output)
		require.NoError(t, <-sent)
	})
}

func TestOnlyOneWorkerGetsTheConsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.receiver.Deliver(&Frame{Kind: Beat, Worker: "w2"})
		synctest.Wait()
		require.ErrorIs(t, w.sender.Write(nil, 0), ErrCanceled, "the message goes to w2, which is w1 here")
		require.False(t, w.receiver.Withdraw())
		require.Equal(t, "w1", w.receiver.Worker())
	})
}

func TestAnOfferThatIsWithdrawnIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		require.True(t, w.receiver.Withdraw())
		require.True(t, w.unclaimed)
		_, err := w.sender.Claim(time.Second)
		require.ErrorIs(t, err, errIgnored)
		w.receiver.Close()
		require.Equal(t, 1, w.forgotten)
	})
}

func TestAWorkerThatSendsMoreThanItMayIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.receiver.Deliver(&Frame{Kind: Data, Seq: 1, Data: make([]byte, WindowBytes+1)})
		var f Frame
		_, err = w.receiver.Next(&f)
		require.ErrorIs(t, err, ErrFrameLost)
	})
}

func TestAWorkerThatIsKnownToBeGoneIsGivenUpAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, stop := connect()
		defer stop()
		w.receiver.Lose("w1")
		_, err := w.sender.Claim(time.Second)
		require.NoError(t, err)
		w.receiver.Lose("w2")
		var f Frame
		_, err = w.receiver.Next(&f)
		require.NoError(t, err)
		w.receiver.Lose("w1")
		_, err = w.receiver.Next(&f)
		require.ErrorIs(t, err, ErrWorkerLost)
	})
}
