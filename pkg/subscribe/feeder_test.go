package subscribe_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/subscribe"
)

// listener is a plugin that is told of events.
type listener struct {
	kinds []string
	told  func(context.Context, plugin.Event) *api.Error
}

func (listener) Name() string            { return "listener" }
func (l listener) Subscribes() []string  { return l.kinds }
func (listener) Wants(plugin.Point) bool { return true }
func (l listener) OnClusterEvent(ctx context.Context, events []plugin.Event) *api.Error {
	for _, e := range events {
		if err := l.told(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// node is a control that feeds listeners.
type node struct {
	*subscribe.Feeder
	conn *bus.Conn
	stop func()
}

type cluster struct {
	*bustest.Cluster
	t *testing.T

	mu  sync.Mutex
	cfg *config.Config
}

func start(t *testing.T, plugins ...string) *cluster {
	c := &cluster{Cluster: bustest.Start(t), t: t}
	c.configure(plugins...)
	return c
}

func (c *cluster) configure(plugins ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cfg = &config.Config{}
	for _, name := range plugins {
		c.cfg.Plugins = append(c.cfg.Plugins, config.Plugin{Name: name})
	}
}

func (c *cluster) control(name string, make func(*config.Plugin) (plugin.Plugin, error)) *node {
	n := &node{conn: c.Connect(c.t, bus.Control, name)}
	n.Feeder = subscribe.NewFeeder(subscribe.Options{
		Conn: n.conn, Log: slog.New(slog.DiscardHandler), AckWait: 2 * time.Second,
		Config: func(context.Context) (*config.Config, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.cfg, nil
		},
		Make:    func(_ *config.Config, p *config.Plugin) (plugin.Plugin, error) { return make(p) },
		Backoff: func(try uint64) (time.Duration, bool) { return time.Millisecond, try < 3 },
	})
	ctx, cancel := context.WithCancel(c.t.Context())
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	n.stop = func() { cancel(); running.Wait() }
	c.t.Cleanup(n.stop)
	return n
}

// follows waits until the consumer of the plugin ear is there.
func (c *cluster) follows(n *node, s *bus.Stream) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		_, err := n.conn.Control.Consumer(c.t.Context(), bus.Subscription(s, "ear", 0))
		return err == nil
	}, time.Minute, 5*time.Millisecond)
}

func (c *cluster) commit(n *node, message string) {
	c.t.Helper()
	record := rollout.NewRecord(n.conn)
	newest, err := record.Newest(c.t.Context())
	require.NoError(c.t, err)
	_, err = record.Append(c.t.Context(), &rollout.Commit{Parent: newest, Author: "ann", Message: message, Time: time.Now()})
	require.NoError(c.t, err)
}

func always(l listener) func(*config.Plugin) (plugin.Plugin, error) {
	return func(*config.Plugin) (plugin.Plugin, error) { return l, nil }
}

func TestAPluginIsToldOfEachKind(t *testing.T) {
	c := start(t, "ear")
	events := make(chan plugin.Event, 16)
	n := c.control("control-1", always(listener{told: func(_ context.Context, e plugin.Event) *api.Error {
		events <- e
		return nil
	}}))
	for _, s := range []*bus.Stream{bus.Usage, bus.Guard, bus.Events, bus.Commits, bus.ProviderKeys} {
		c.follows(n, s)
	}
	worker := c.Connect(t, bus.Worker, "worker-1")
	edge := c.Connect(t, bus.Edge, "edge-1")
	publish := func(conn *bus.Conn, subject, body string) {
		t.Helper()
		require.NoError(t, conn.Control.NATS.Publish(subject, []byte(body)))
	}
	c.commit(n, "more models")
	e := <-events
	require.Equal(t, plugin.EventConfig, e.Kind)
	require.JSONEq(t, `{"revision":1,"author":"ann","message":"more models"}`, string(e.Data))
	publish(edge, bus.KeyBreaker.At("openai", "first"), `{"open":true,"rest_ms":500}`)
	e = <-events
	require.Equal(t, plugin.EventKey, e.Kind)
	require.JSONEq(t, `{"provider":"openai","key":"first","state":"open","rest_ms":500}`, string(e.Data))
	publish(worker, bus.KeyCooldown.At("openai", "first"), `{"rest_ms":500,"reason":"rate limit"}`)
	require.JSONEq(t, `{"provider":"openai","key":"first","state":"resting","rest_ms":500,"reason":"rate limit"}`, string((<-events).Data))
	publish(edge, bus.GuardEvent.At("hit", "none", "rails"), `{"id":"c1/x","plugin":"rails","call_id":"c1"}`)
	require.Equal(t, "c1/x", (<-events).ID)
	publish(edge, bus.BudgetThreshold.At("team:a:money"), `{"id":"b1","limit_id":"team:a:money"}`)
	require.Equal(t, plugin.EventBudget, (<-events).Kind)
	publish(edge, bus.GuardEvent.At("hit", "none", "rails"), `no event`) // is passed over
	publish(edge, bus.GuardEvent.At("hit", "none", "rails"), `{"id":"c2/x"}`)
	require.Equal(t, "c2/x", (<-events).ID)
}

func TestAnEventOutlivesTheControlThatTellsIt(t *testing.T) {
	c := start(t, "ear")
	reached, dead := make(chan struct{}, 8), make(chan struct{})
	first := c.control("control-1", always(listener{kinds: []string{plugin.EventConfig}, told: func(context.Context, plugin.Event) *api.Error {
		reached <- struct{}{}
		<-dead // and says nothing any more
		return plugin.Failed("ear", "dead")
	}}))
	c.follows(first, bus.Commits)
	c.commit(first, "first")
	<-reached
	first.conn.Close() // as if its machine had lost its power
	t.Cleanup(func() { close(dead) })
	events := make(chan plugin.Event, 8)
	second := c.control("control-2", always(listener{kinds: []string{plugin.EventConfig}, told: func(_ context.Context, e plugin.Event) *api.Error {
		events <- e
		return nil
	}}))
	c.commit(second, "second")
	told := map[string]bool{}
	for len(told) < 2 {
		told[(<-events).ID] = true
	}
	require.Equal(t, map[string]bool{"revision/1": true, "revision/2": true}, told)
}

func TestWhatAPluginDoesNotTakeComesAgainAndIsThenADeadLetter(t *testing.T) {
	c := start(t, "ear")
	tries := make(chan string, 32)
	n := c.control("control-1", always(listener{kinds: []string{plugin.EventConfig}, told: func(_ context.Context, e plugin.Event) *api.Error {
		tries <- e.ID
		switch e.ID {
		case "revision/1":
			panic("oh")
		case "revision/2":
			return api.Errorf(api.KindPermission, "no", "Not this one, ever.")
		}
		return nil
	}}))
	c.follows(n, bus.Commits)
	for range 3 {
		c.commit(n, "x")
	}
	counts := map[string]int{}
	for counts["revision/1"]+counts["revision/2"]+counts["revision/3"] < 5 {
		counts[<-tries]++
	}
	require.Equal(t, map[string]int{"revision/1": 3, "revision/2": 1, "revision/3": 1}, counts)
	require.Eventually(t, func() bool {
		s, ok := n.Status("ear")
		return ok && s.Taken == 1 && s.Retried == 2 && s.Buried == 2
	}, time.Minute, 5*time.Millisecond)
	dead, err := n.conn.Control.JS.Stream(t.Context(), bus.DeadLetters.Name)
	require.NoError(t, err)
	m, err := dead.GetLastMsgForSubject(t.Context(), bus.DeadEvent.At("ear"))
	require.NoError(t, err)
	require.NotEmpty(t, m.Header.Get(bus.HeaderReason))
	var letter struct{ Events []plugin.Event }
	require.NoError(t, json.Unmarshal(m.Data, &letter))
	require.Len(t, letter.Events, 1)
}

func TestDeadLettersAreListedToldAgainAndForgotten(t *testing.T) {
	c := start(t, "ear", "deaf")
	var well atomic.Bool
	told := make(chan string, 32)
	n := c.control("control-1", func(p *config.Plugin) (plugin.Plugin, error) {
		return listener{kinds: []string{plugin.EventConfig}, told: func(_ context.Context, e plugin.Event) *api.Error {
			if p.Name == "ear" && well.Load() {
				told <- e.ID
				return nil
			}
			return plugin.Failed(p.Name, "away, with sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD")
		}}, nil
	})
	c.follows(n, bus.Commits)
	for range 3 {
		c.commit(n, "x")
	}
	dead := func(name string, behind uint64, limit int) []subscribe.Dead {
		letters, err := n.Dead(t.Context(), name, behind, limit)
		require.NoError(t, err)
		return letters
	}
	require.Eventually(t, func() bool { return len(dead("ear", 0, 10)) == 3 && len(dead("deaf", 0, 10)) == 3 }, time.Minute, 10*time.Millisecond)
	all := dead("ear", 0, 10)
	require.Contains(t, all[0].Reason, "away")
	require.NotContains(t, all[0].Reason, "sk-proj-abc")
	require.Len(t, all[0].Events, 1)
	require.Equal(t, plugin.EventConfig, all[0].Events[0].Kind)
	require.Equal(t, all[:2], dead("ear", 0, 2))
	require.Equal(t, all[2:], dead("ear", all[1].Sequence, 10))
	require.Empty(t, dead("nobody", 0, 10))

	var not *subscribe.NotTakenError
	require.ErrorAs(t, n.Again(t.Context(), "ear", all[0].Sequence), &not)
	require.NotContains(t, not.Reason, "sk-proj-abc")
	require.Len(t, dead("ear", 0, 10), 3, "it is not lost")
	well.Store(true)
	require.NoError(t, n.Again(t.Context(), "ear", all[0].Sequence))
	require.Equal(t, all[0].Events[0].ID, <-told)
	require.NoError(t, n.Forget(t.Context(), "ear", all[1].Sequence))
	require.Equal(t, all[2:], dead("ear", 0, 10))
	for _, gone := range []uint64{0, all[0].Sequence, dead("deaf", 0, 1)[0].Sequence, 1 << 40} {
		require.ErrorIs(t, n.Again(t.Context(), "ear", gone), subscribe.ErrNotDead)
		require.ErrorIs(t, n.Forget(t.Context(), "ear", gone), subscribe.ErrNotDead)
	}
	c.configure("deaf")
	require.NoError(t, n.conn.Control.NATS.Publish(bus.ConfigChanged.At(), nil))
	require.Eventually(t, func() bool { // what is left of one that is gone can be seen and forgotten
		return errors.Is(n.Again(t.Context(), "ear", all[2].Sequence), subscribe.ErrNotTold) || len(dead("ear", 0, 10)) == 0
	}, time.Minute, 10*time.Millisecond)
}

func TestOnlyThoseThatWantEventsAreTold(t *testing.T) {
	c := start(t, "ear", "broken", "other")
	events := make(chan plugin.Event, 16)
	n := c.control("control-1", func(p *config.Plugin) (plugin.Plugin, error) {
		switch p.Name {
		case "broken":
			return nil, errors.New("no such file")
		case "other":
			return nil, nil //nolint:nilnil // of a kind that is told of nothing
		}
		return listener{kinds: []string{plugin.EventConfig}, told: func(_ context.Context, e plugin.Event) *api.Error {
			events <- e
			return nil
		}}, nil
	})
	c.follows(n, bus.Commits)
	c.commit(n, "x")
	<-events
	_, told := n.Status("other")
	require.False(t, told)
	require.Eventually(t, func() bool {
		s, ok := n.Status("broken")
		return ok && s.LastError == "no such file"
	}, time.Minute, 5*time.Millisecond)
	_, err := n.conn.Control.Consumer(t.Context(), bus.Subscription(bus.Usage, "ear", 0))
	require.Error(t, err, "it does not want to hear of calls")

	c.configure("other")
	require.NoError(t, n.conn.Control.NATS.Publish(bus.ConfigChanged.At(), nil))
	require.Eventually(t, func() bool { // a plugin that is taken out takes its place in the stream along
		_, err := n.conn.Control.Consumer(t.Context(), bus.Subscription(bus.Commits, "ear", 0))
		return err != nil
	}, time.Minute, 50*time.Millisecond)
}

func TestTriesEnd(t *testing.T) {
	whole := time.Duration(0)
	for try := uint64(1); ; try++ {
		pause, again := subscribe.Backoff(try)
		if !again {
			break
		}
		require.Positive(t, pause)
		whole += pause
	}
	require.InDelta(t, 24, whole.Hours(), 2)
}
