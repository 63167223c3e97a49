package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

var discard = slog.New(slog.DiscardHandler)

// cluster is a NATS server, and an edge's queue of jobs.
type cluster struct {
	*bustest.Cluster
	t     *testing.T
	edge  *bus.Conn
	queue *job.Queue
}

func start(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{Cluster: bustest.Start(t), t: t}
	c.edge = c.Connect(t, bus.Edge, "edge-1")
	c.queue = job.NewQueue(c.edge, discard)
	return c
}

// run starts a worker that makes calls so. The function that is returned stops it:
// what it has begun goes back into the queue.
func (c *cluster) run(node string, call func(context.Context, *job.Request) *job.Answer, notifier job.Notifier) (stop func()) {
	q := job.NewQueue(c.Connect(c.t, bus.Worker, node), discard)
	r := job.NewRunner(q, job.RunnerOptions{
		Call: call, Notifier: notifier, MaxNotice: 512 << 10, Metrics: telemetry.NewMetrics("test"), Log: discard,
		Backoff: func(int) time.Duration { return time.Millisecond },
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		r.Drain(ctx)
	})
	c.t.Cleanup(stop)
	return stop
}

func asked(owner, key string) *job.Submission {
	return &job.Submission{
		Request: job.Request{Path: "/v1/chat/completions", Credential: "sk-secret", Body: []byte(`{"prompt":"hello"}`)},
		Owner:   owner, Key: key,
	}
}

func (c *cluster) submit(s *job.Submission) *job.Job {
	c.t.Helper()
	j, _, err := c.queue.Submit(c.t.Context(), s)
	require.NoError(c.t, err)
	return j
}

// comes waits until a job has come to a state.
func (c *cluster) comes(id string, to job.State) *job.Job {
	c.t.Helper()
	var j *job.Job
	require.Eventually(c.t, func() bool {
		var err error
		j, err = c.queue.Find(c.t.Context(), id)
		return err == nil && j.State == to
	}, patience, time.Millisecond)
	return j
}

// drained waits until the queue has no message any more.
func (c *cluster) drained() {
	c.t.Helper()
	control := c.Connect(c.t, bus.Control, "control-1")
	require.Eventually(c.t, func() bool {
		s, err := control.Control.JS.Stream(c.t.Context(), bus.Jobs.Name)
		return err == nil && s.CachedInfo().State.Msgs == 0
	}, patience, time.Millisecond)
}

// dead is how many dead letters there are.
func (c *cluster) dead() uint64 {
	c.t.Helper()
	s, err := c.Connect(c.t, bus.Control, "control-2").Control.JS.Stream(c.t.Context(), bus.DeadLetters.Name)
	require.NoError(c.t, err)
	return s.CachedInfo().State.Msgs
}

func answers(status int) func(context.Context, *job.Request) *job.Answer {
	return func(_ context.Context, r *job.Request) *job.Answer {
		return &job.Answer{Status: status, ContentType: "application/json", Body: r.Body}
	}
}

// stuck makes calls that last until they are broken off.
func stuck(begun chan<- struct{}) func(context.Context, *job.Request) *job.Answer {
	return func(ctx context.Context, _ *job.Request) *job.Answer {
		begun <- struct{}{}
		<-ctx.Done()
		return nil
	}
}

func TestAJobIsRunAndItsAnswerKept(t *testing.T) {
	c := start(t)
	c.run("worker-1", answers(200), nil)
	j := c.comes(c.submit(asked("vk:1", "")).ID, job.Completed)
	a, err := c.queue.OpenAnswer(t.Context(), j)
	require.NoError(t, err)
	require.JSONEq(t, `{"prompt":"hello"}`, string(a.Body))
	require.Equal(t, 1, j.Attempts)
	c.drained()
}

func TestAJobThatIsNotFinishedGoesOnAndCountsItsTriesAnew(t *testing.T) {
	c := start(t)
	var tries atomic.Int64
	c.run("worker-1", func(context.Context, *job.Request) *job.Answer {
		if tries.Add(1) < 12 {
			return &job.Answer{Unfinished: true}
		}
		return &job.Answer{Status: 200}
	}, nil)
	j := c.comes(c.submit(asked("vk:1", "my-key")).ID, job.Completed)
	require.EqualValues(t, 12, tries.Load())
	require.Equal(t, 1, j.Attempts)
	found, err := c.queue.ByKey(t.Context(), "vk:1", "my-key")
	require.NoError(t, err)
	require.Equal(t, j.ID, found.ID)
	_, err = c.queue.ByKey(t.Context(), "vk:2", "my-key")
	require.ErrorIs(t, err, job.ErrNotFound)
	c.drained()
}

func TestALargeBodyAndAnswerPassThroughTheStoreOfResults(t *testing.T) {
	c := start(t)
	c.run("worker-1", answers(200), nil)
	s := asked("vk:1", "")
	s.Body = make([]byte, 2<<20)
	j := c.comes(c.submit(s).ID, job.Completed)
	a, err := c.queue.OpenAnswer(t.Context(), j)
	require.NoError(t, err)
	require.Equal(t, s.Body, a.Body)
}

func TestWhatLiesInTheBucketShowsNeitherRequestNorCredential(t *testing.T) {
	c := start(t)
	j := c.submit(asked("key:sk-secret", "my-key"))
	kv, err := c.edge.Control.Bucket(t.Context(), bus.JobStates)
	require.NoError(t, err)
	e, err := kv.Get(t.Context(), j.ID)
	require.NoError(t, err)
	for _, secret := range []string{"sk-secret", "hello", "my-key"} {
		require.NotContains(t, string(e.Value()), secret)
	}
}

func TestAnIdempotencyKeyIsOneJobForItsOwner(t *testing.T) {
	c := start(t)
	first := c.submit(asked("vk:1", "k"))
	again, isNew, err := c.queue.Submit(t.Context(), asked("vk:1", "k"))
	require.NoError(t, err)
	require.False(t, isNew)
	require.Equal(t, first.ID, again.ID)
	require.NotEqual(t, first.ID, c.submit(asked("vk:2", "k")).ID, "another caller's key is another key")
	other := asked("vk:1", "k")
	other.Body = []byte(`{}`)
	_, _, err = c.queue.Submit(t.Context(), other)
	require.ErrorIs(t, err, job.ErrReused)
}

func TestAJobIsSeenByItsOwnerOnly(t *testing.T) {
	c := start(t)
	j := c.submit(asked("vk:1", ""))
	_, err := c.queue.Get(t.Context(), j.ID, "vk:1")
	require.NoError(t, err)
	_, err = c.queue.Get(t.Context(), j.ID, "vk:2")
	require.ErrorIs(t, err, job.ErrNotFound)
}

func TestAFailureThatMayPassIsTriedAgain(t *testing.T) {
	c := start(t)
	var calls atomic.Int64
	c.run("worker-1", func(_ context.Context, r *job.Request) *job.Answer {
		if calls.Add(1) < 3 {
			return &job.Answer{Status: 503}
		}
		return &job.Answer{Status: 200, Body: r.Body}
	}, nil)
	require.Equal(t, 3, c.comes(c.submit(asked("vk:1", "")).ID, job.Completed).Attempts)
}

func TestAJobThatFailsForGoodIsADeadLetterAndCanBeBegunAnew(t *testing.T) {
	c := start(t)
	var status atomic.Int64
	status.Store(503)
	c.run("worker-1", func(context.Context, *job.Request) *job.Answer {
		return &job.Answer{Status: int(status.Load()), Body: []byte(`{}`)}
	}, nil)
	id := c.submit(asked("vk:1", "")).ID
	j := c.comes(id, job.Failed)
	require.Equal(t, 5, j.Attempts)
	c.drained()
	require.EqualValues(t, 1, c.dead())
	status.Store(200)
	_, err := c.queue.Retry(t.Context(), id)
	require.NoError(t, err)
	c.comes(id, job.Completed)
}

func TestARefusalIsNotTriedAgain(t *testing.T) {
	c := start(t)
	c.run("worker-1", answers(400), nil)
	require.Equal(t, 1, c.comes(c.submit(asked("vk:1", "")).ID, job.Failed).Attempts)
	c.drained()
	require.Zero(t, c.dead())
}

func TestAJobOfAWorkerThatStopsIsRunByAnother(t *testing.T) {
	c := start(t)
	begun := make(chan struct{}, 1)
	stop := c.run("worker-1", stuck(begun), nil)
	id := c.submit(asked("vk:1", "")).ID
	<-begun
	stop()
	c.run("worker-2", answers(200), nil)
	require.Equal(t, "worker-2", c.comes(id, job.Completed).Node)
}

func TestACanceledJobIsBrokenOff(t *testing.T) {
	c := start(t)
	begun := make(chan struct{}, 1)
	c.run("worker-1", stuck(begun), nil)
	j := c.submit(asked("vk:1", ""))
	<-begun
	_, err := c.queue.Cancel(t.Context(), j)
	require.NoError(t, err)
	c.drained()
	require.Equal(t, job.Canceled, c.comes(j.ID, job.Canceled).State)
	_, err = c.queue.Cancel(t.Context(), j)
	require.ErrorIs(t, err, job.ErrEnded)
}

func TestAJobThatEndedBeforeItWasBegunIsNotRun(t *testing.T) {
	c := start(t)
	j := c.submit(asked("vk:1", ""))
	_, err := c.queue.Cancel(t.Context(), j)
	require.NoError(t, err)
	c.run("worker-1", func(context.Context, *job.Request) *job.Answer {
		t.Error("a canceled job was run")
		return nil
	}, nil)
	c.drained()
}

func TestAPoisonJobEndsAmongTheDeadLetters(t *testing.T) {
	c := start(t)
	id := "job_00000000000000000000000000000000"
	kv, err := c.edge.Control.Bucket(t.Context(), bus.JobStates)
	require.NoError(t, err)
	_, err = kv.Create(t.Context(), id, []byte("{"))
	require.NoError(t, err)
	_, err = c.edge.Bulk.JS.Publish(t.Context(), bus.JobRun.At(id), nil, jetstream.WithMsgID(id))
	require.NoError(t, err)
	c.run("worker-1", answers(200), nil)
	c.drained()
	require.EqualValues(t, 1, c.dead())

	control := job.NewQueue(c.Connect(t, bus.Control, "control"), discard)
	failed, err := control.List(t.Context(), job.Failed, 10)
	require.NoError(t, err)
	require.Len(t, failed, 1, "it is shown")
	require.Equal(t, id, failed[0].ID)
	require.Contains(t, failed[0].Error, "cannot be read")
	j, err := control.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, job.Failed, j.State)
	for _, change := range []func() error{
		func() error { _, err := control.Cancel(t.Context(), j); return err },
		func() error { _, err := control.Retry(t.Context(), id); return err },
	} {
		require.ErrorIs(t, change(), job.ErrEnded)
	}
}

// told is a Notifier that fails at first.
type told struct {
	mu     sync.Mutex
	tries  int
	ids    []string
	bodies [][]byte
}

func (n *told) Notify(_ context.Context, _, id string, body []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.tries++; n.tries == 1 {
		return errors.New("away")
	}
	n.ids = append(n.ids, id)
	n.bodies = append(n.bodies, body)
	return nil
}

func TestAnEndIsToldUntilItHasBeen(t *testing.T) {
	c := start(t)
	n := &told{}
	c.run("worker-1", answers(200), n)
	s := asked("vk:1", "")
	s.Webhook = "https://example.com/hook"
	id := c.submit(s).ID
	c.drained()
	n.mu.Lock()
	defer n.mu.Unlock()
	require.Equal(t, []string{id}, n.ids)
}

func TestAnAnswerTooLargeToBeToldIsToBeFetched(t *testing.T) {
	c := start(t)
	n := &told{}
	answer := []byte(`{"text":"` + strings.Repeat("a", 2<<20) + `"}`)
	c.run("worker-1", func(context.Context, *job.Request) *job.Answer {
		return &job.Answer{Status: 200, ContentType: "application/json", Body: answer}
	}, n)
	s := asked("vk:1", "")
	s.Webhook = "https://example.com/hook"
	j := c.submit(s)
	c.drained()
	n.mu.Lock()
	defer n.mu.Unlock()
	require.Len(t, n.bodies, 1)
	require.Less(t, len(n.bodies[0]), 1<<10)
	var body struct {
		Status, Location string
		Result           json.RawMessage
	}
	require.NoError(t, json.Unmarshal(n.bodies[0], &body))
	require.Equal(t, "completed", body.Status)
	require.Equal(t, "/v1/async/"+j.ID, body.Location)
	require.Empty(t, body.Result)
	a, err := c.queue.OpenAnswer(t.Context(), c.comes(j.ID, job.Completed))
	require.NoError(t, err)
	require.Equal(t, answer, a.Body)
}

// died leaves a job as workers do that died with each of its tries.
func (c *cluster) died(id string, tries int) {
	c.t.Helper()
	kv, err := c.edge.Control.Bucket(c.t.Context(), bus.JobStates)
	require.NoError(c.t, err)
	e, err := kv.Get(c.t.Context(), id)
	require.NoError(c.t, err)
	var state map[string]any
	require.NoError(c.t, json.Unmarshal(e.Value(), &state))
	state["state"], state["attempts"], state["message"] = job.Processing, tries, 1 // the first one of the queue
	left, err := json.Marshal(state)
	require.NoError(c.t, err)
	_, err = kv.Update(c.t.Context(), id, left, e.Revision())
	require.NoError(c.t, err)
}

func TestAJobWhoseWorkersDiedEachTimeIsADeadLetter(t *testing.T) {
	c := start(t)
	id := c.submit(asked("vk:1", "")).ID
	c.died(id, 5)
	c.run("worker-1", func(context.Context, *job.Request) *job.Answer {
		t.Error("it was tried once more")
		return nil
	}, nil)
	j := c.comes(id, job.Failed)
	require.Contains(t, j.Error, "ended with the process")
	c.drained()
	require.EqualValues(t, 1, c.dead())
}

func TestAJobThatIsQueuedTwiceIsRunOnce(t *testing.T) {
	c := start(t)
	var calls atomic.Int64
	begun, goOn := make(chan struct{}, 2), make(chan struct{})
	call := func(_ context.Context, r *job.Request) *job.Answer {
		calls.Add(1)
		begun <- struct{}{}
		<-goOn
		return &job.Answer{Status: 200, Body: r.Body}
	}
	id := c.submit(asked("vk:1", "")).ID
	for _, twice := range []string{"a", "b"} { // as if the server did not know it for the same
		_, err := c.edge.Bulk.JS.Publish(t.Context(), bus.JobRun.At(id), nil, jetstream.WithMsgID(twice))
		require.NoError(t, err)
	}
	c.run("worker-1", call, nil)
	c.run("worker-2", call, nil)
	<-begun
	close(goOn)
	c.comes(id, job.Completed)
	c.drained()
	require.EqualValues(t, 1, calls.Load())
}
