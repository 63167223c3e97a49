package alert_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// cluster is what watchers see, and who they tell.
type cluster struct {
	t      *testing.T
	record alert.Record
	cfg    *config.Config

	mu        sync.Mutex
	now       time.Time
	nodes     []member.State
	connected bool
	fails     error
	told      []alert.Payload
	ids       map[string]bool
	turns     map[string]bool
}

func newCluster(t *testing.T) *cluster {
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return &cluster{
		t: t, record: s.Alerts(), now: noon, connected: true, ids: map[string]bool{}, turns: map[string]bool{},
		cfg: &config.Config{Alerts: config.Alerts{Channels: []config.AlertChannel{{Name: "ops", Type: "webhook", URL: "https://hooks.example/x"}}}},
	}
}

func (c *cluster) watcher(node string) *alert.Watcher {
	w := alert.NewWatcher(alert.Options{
		Node:   node,
		Config: func(context.Context) (*config.Config, error) { return c.cfg, nil },
		Nodes:  func() []member.State { return c.nodes }, Connected: func() bool { return c.connected },
		Turn: c.turn, Queue: c, Direct: direct{c}, Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return c.now },
	})
	w.Opened(c.record)
	return w
}

func (c *cluster) turn(_ context.Context, what string) (func(), bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turns[what] {
		return nil, false, nil
	}
	c.turns[what] = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.turns, what)
	}, true, nil
}

// Notify takes a webhook, as the queue does: one of an id that was there is the same.
func (c *cluster) Notify(_ context.Context, _, id string, body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fails != nil {
		return c.fails
	}
	if c.ids[id] {
		return nil
	}
	c.ids[id] = true
	var p alert.Payload
	require.NoError(c.t, json.Unmarshal(body, &p))
	c.told = append(c.told, p)
	return nil
}

type direct struct{ *cluster }

func (d direct) Try(ctx context.Context, url, id string, body []byte) error {
	return d.Notify(ctx, url, "direct "+id, body)
}

// look has watchers look at a later time, and returns what was told.
func (c *cluster) look(after time.Duration, watchers ...*alert.Watcher) []string {
	c.now = c.now.Add(after)
	for _, w := range watchers {
		w.Look(c.t.Context())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	told := []string{}
	for _, p := range c.told {
		for _, a := range p.Alerts {
			told = append(told, p.Type+" "+a.Rule+" "+a.Subject)
		}
	}
	c.told = nil
	return told
}

func edge(name string) member.State {
	return member.State{Node: name, Roles: []string{"edge"}, Started: noon}
}

func TestOneEventThatEachControlHearsIsToldOnceAlsoAfterARestart(t *testing.T) {
	c := newCluster(t)
	a, b := c.watcher("c1"), c.watcher("c2")
	s := alert.Signal{Kind: alert.BudgetExhausted, Subject: "team:red:money", Summary: "spent", Until: noon.Add(6 * time.Hour)}
	var telling sync.WaitGroup
	for _, w := range []*alert.Watcher{a, b, a} {
		telling.Go(func() { require.NoError(t, w.Tell(t.Context(), s)) })
	}
	var told []string
	told = append(told, waitFor(t, c, &telling, a, b)...)
	require.Equal(t, []string{"alert.firing budget_exhausted team:red:money"}, told)
	again := c.watcher("c1")
	require.Empty(t, c.look(time.Minute, again, b))
	require.Equal(t, []string{"alert.resolved budget_exhausted team:red:money"}, c.look(6*time.Hour, again, b))
}

// waitFor has watchers look until all that is told to them is recorded.
func waitFor(t *testing.T, c *cluster, telling *sync.WaitGroup, watchers ...*alert.Watcher) (told []string) {
	t.Helper()
	done := make(chan struct{})
	go func() { telling.Wait(); close(done) }()
	require.Eventually(t, func() bool {
		told = append(told, c.look(0, watchers...)...)
		select {
		case <-done:
			return true
		default:
			return false
		}
	}, 20*time.Second, time.Millisecond)
	return append(told, c.look(0, watchers...)...)
}

func TestANodeThatGoesWithoutAWordIsLostUntilItIsBack(t *testing.T) {
	c := newCluster(t)
	w, other := c.watcher("c1"), c.watcher("c2")
	drained := edge("e2")
	c.nodes = []member.State{edge("e1"), drained, edge("e3")}
	require.Empty(t, c.look(0, w, other))
	drained.Draining = true
	c.nodes = []member.State{edge("e1"), drained, edge("e3")}
	require.Empty(t, c.look(time.Second, w, other))
	c.nodes = []member.State{edge("e3")}
	require.Empty(t, c.look(time.Second, w, other))
	require.Equal(t, []string{"alert.firing node_lost e1"}, c.look(20*time.Second, w, other))
	late := c.watcher("c3") // it has never seen the node
	require.Empty(t, c.look(time.Minute, late))
	c.nodes = []member.State{edge("e1"), edge("e3")}
	require.Equal(t, []string{"alert.resolved node_lost e1"}, c.look(time.Minute, late))
}

func TestWhoHearsNobodyKnowsNothing(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	failing := edge("e1")
	failing.Config = rollout.Status{Error: "no such key", Wanted: 8, Revision: 7}
	c.nodes = []member.State{failing}
	require.Empty(t, c.look(0, w))
	require.Equal(t, []string{"alert.firing config_failed e1"}, c.look(10*time.Second, w))
	c.nodes = nil
	require.Empty(t, c.look(time.Hour, w))
	c.nodes = []member.State{edge("e1")}
	require.Equal(t, []string{"alert.resolved config_failed e1"}, c.look(time.Hour, w))
}

func TestAPluginThatANodeCannotUseIsToldUntilItCan(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	without := edge("e1")
	without.Plugins = []member.Plugin{{Name: "rules", State: "absent", LastError: "no such file"}, {Name: "other", State: "failing"}}
	c.nodes = []member.State{without, edge("e2")}
	require.Empty(t, c.look(0, w), "an artefact may be on its way")
	require.Empty(t, c.look(30*time.Second, w))
	require.Equal(t, []string{"alert.firing plugin_absent e1/rules"}, c.look(time.Minute, w))
	with := edge("e1")
	with.Plugins = []member.Plugin{{Name: "rules", State: "active"}}
	c.nodes = []member.State{with, edge("e2")}
	require.Equal(t, []string{"alert.resolved plugin_absent e1/rules"}, c.look(time.Minute, w))
}

func TestAProviderAndItsKeysAreWatched(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	n := edge("e1")
	n.Providers = []member.Provider{
		{Name: "openai", Tries: 1000, Failed: 900, Keys: []member.Key{{Name: "a"}, {Name: "b", Disabled: true}}},
		{Name: "cohere", Keys: []member.Key{{Name: "c", Broken: true}, {Name: "d", Disabled: true, Reason: "401"}}},
	}
	c.nodes = []member.State{n}
	require.Equal(t, []string{"alert.firing key_disabled cohere/d"}, c.look(0, w), "what was before is of an unknown time")
	n.Providers = append([]member.Provider{}, n.Providers...)
	n.Providers[0].Tries, n.Providers[0].Failed = 1030, 920
	n.Load = member.Load{Calls: 100, Errors: 30}
	c.nodes = []member.State{n}
	require.Empty(t, c.look(5*time.Second, w))
	require.Equal(t, []string{"alert.firing provider_down cohere"}, c.look(25*time.Second, w))
	require.Equal(t, []string{"alert.firing provider_down openai"}, c.look(5*time.Second, w))
	require.Equal(t, []string{"alert.firing error_rate cluster"}, c.look(time.Minute-30*time.Second, w))
	require.Equal(t, []string{"alert.resolved provider_down openai"}, c.look(time.Minute, w))
}

func TestWhatIsWrongWithNATSOrTheStoreIsToldWithoutThem(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	w.Opened(nil)
	c.connected = false
	require.Empty(t, c.look(0, w))
	require.Equal(t, []string{"alert.firing nats_away c1", "alert.firing store_away c1"}, c.look(time.Minute, w))
	require.Empty(t, c.look(time.Minute, w))
	c.connected = true
	w.Opened(c.record)
	require.Equal(t, []string{"alert.resolved nats_away c1", "alert.resolved store_away c1"}, c.look(time.Minute, w))
}

func TestWhatCannotBeHandedOverIsTriedAgainAndInTheEndGivenUp(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	c.fails = errors.New("no NATS")
	n := edge("e1")
	n.Counts = member.CountsAway
	c.nodes = []member.State{n}
	c.look(0, w)
	require.Empty(t, c.look(30*time.Second, w))
	due := func() int {
		found, err := c.record.Due(t.Context(), c.now.Add(day), 10)
		require.NoError(t, err)
		return len(found)
	}
	require.Equal(t, 1, due())
	c.fails = nil
	require.Equal(t, []string{"alert.firing redis_away e1"}, c.look(30*time.Second, w))
	require.Zero(t, due())

	c.nodes[0].Counts = member.CountsShared
	c.fails = errors.New("no NATS")
	for range 7 {
		require.Empty(t, c.look(time.Hour, w))
	}
	require.Zero(t, due(), "given up")
}

const day = 24 * time.Hour

func TestATestGoesToTheChannelAtOnceAndSaysWhyItDoesNot(t *testing.T) {
	c := newCluster(t)
	w := c.watcher("c1")
	channels := alert.Channels(&c.cfg.Alerts)
	require.NoError(t, w.Test(t.Context(), channels, "ops"))
	require.Equal(t, []string{"alert.test test ops"}, c.look(0))
	c.fails = errors.New("status 404")
	require.EqualError(t, w.Test(t.Context(), channels, "ops"), "status 404")
	require.ErrorIs(t, w.Test(t.Context(), channels, "other"), alert.ErrNoChannel)
}
