package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/nats-io/nats.go"
)

// Live tells those who look on what happens in the cluster as it happens: calls that have
// ended, changes of the configuration, nodes that come and go. What happens while nobody
// looks on is not listened to. Safe for concurrent use.
type Live struct {
	control *Control
	conn    *bus.Conn

	mu      sync.Mutex
	lookers map[*looker]bool
	calls   *nats.Subscription // while somebody looks on
	closed  bool
	open    sync.WaitGroup
	nodes   map[string]member.State
}

// NewLive makes it; nothing but calls is told unless Run is running.
func (c *Control) NewLive(conn *bus.Conn) *Live {
	return &Live{control: c, conn: conn, lookers: map[*looker]bool{}}
}

// nodesEvery is how late it is told that a node has come or gone.
const nodesEvery = time.Second

// Run tells of the configuration and of nodes until ctx ends, and sends those who look on away then.
func (l *Live) Run(ctx context.Context) {
	changed := make(chan struct{}, 1)
	hint, err := l.conn.Control.NATS.Subscribe(bus.ConfigChanged.At(), func(*nats.Msg) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err != nil {
		l.control.log.Warn("changes of the configuration are not told live", "error", err)
	} else {
		defer hint.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	tick := time.NewTicker(nodesEvery)
	defer tick.Stop()
	for {
		select {
		case <-changed:
			l.tellConfig(ctx)
		case <-tick.C:
			l.tellNodes()
		case <-ctx.Done():
			l.close()
			return
		}
	}
}

// errClosing: no more are taken in.
var errClosing = errors.New("the server is shutting down")

// enter takes a looker in.
func (l *Live) enter(k *looker) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosing
	}
	if l.calls == nil {
		s, err := l.conn.Bulk.NATS.Subscribe(bus.UsageBatch.All(), func(m *nats.Msg) { l.tellCalls(m.Data) })
		if err != nil {
			return fmt.Errorf("listen to calls: %w", err)
		}
		l.calls = s
	}
	l.lookers[k] = true
	l.open.Add(1)
	return nil
}

func (l *Live) leave(k *looker) {
	l.mu.Lock()
	delete(l.lookers, k)
	if len(l.lookers) == 0 && l.calls != nil {
		_ = l.calls.Unsubscribe() // it ends with the connection otherwise
		l.calls = nil
	}
	l.mu.Unlock()
	l.open.Done()
}

// close sends everybody away and waits for them to have gone.
func (l *Live) close() {
	l.mu.Lock()
	l.closed = true
	for k := range l.lookers {
		k.away()
	}
	l.mu.Unlock()
	l.open.Wait()
}

// all hands every looker to use.
func (l *Live) all(use func(*looker)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.lookers {
		use(k)
	}
}

// logEvent is a call that has ended, in the shape of Bifrost's.
type logEvent struct {
	Type      string `json:"type"`
	Operation string `json:"operation"`
	Payload   any    `json:"payload"` // LogRow or ToolLogRow
}

// The topics of calls: all of them, and those of tools once more, each as its list has them.
const (
	liveCalls = "log"
	liveTools = "mcp_log"
)

// liveTopics are those that a call is told under.
func liveTopics(e *usage.Entry) []string {
	if ofTool(e) {
		return []string{liveCalls, liveTools}
	}
	return []string{liveCalls}
}

func eventOf(e *usage.Entry, topic string) logEvent {
	if topic == liveTools {
		return logEvent{topic, "create", toolLogRow(e)}
	}
	return logEvent{topic, "create", logRow(e)}
}

// tellCalls tells of the calls of a batch on its way to the ledger. Each is written once for
// a topic, and only if somebody wants it.
func (l *Live) tellCalls(batch []byte) {
	entries, err := usage.Decode(batch)
	if err != nil {
		return // the ledger's writer tells of it
	}
	for i := range entries {
		for _, topic := range liveTopics(&entries[i]) {
			l.tellCall(&entries[i], topic)
		}
	}
}

func (l *Live) tellCall(e *usage.Entry, topic string) {
	var text []byte
	l.all(func(k *looker) {
		if !k.wantsCall(e, topic) {
			return
		}
		if text == nil {
			text = mustJSON(eventOf(e, topic))
		}
		k.tellCall(text)
	})
}

// clusterEvent is a node that has come, gone or begun to drain, or a configuration that has
// come into force.
type clusterEvent struct {
	Type     string `json:"type"`
	Event    string `json:"event"`
	Node     string `json:"node,omitempty"`
	Revision uint64 `json:"revision,omitempty"`
}

func (l *Live) tellConfig(ctx context.Context) {
	p, err := l.control.o.Config.Pointer(ctx)
	if err != nil {
		return // who looks on asks for the configuration when it can be read again
	}
	l.tell("config", clusterEvent{Type: "config", Event: "changed", Revision: p.Revision})
}

func (l *Live) tellNodes() {
	now := map[string]member.State{}
	for _, s := range l.control.o.Nodes.List() {
		now[s.Node] = s
	}
	for name, s := range now {
		was, known := l.nodes[name]
		switch {
		case !known:
			l.tell("cluster", clusterEvent{Type: "cluster", Event: "joined", Node: name})
		case s.Draining && !was.Draining:
			l.tell("cluster", clusterEvent{Type: "cluster", Event: "draining", Node: name})
		}
	}
	for name := range l.nodes {
		if _, still := now[name]; !still {
			l.tell("cluster", clusterEvent{Type: "cluster", Event: "left", Node: name})
		}
	}
	l.nodes = now
}

func (l *Live) tell(topic string, event clusterEvent) {
	text := mustJSON(event)
	l.all(func(k *looker) {
		if k.wants(topic) {
			k.put(text)
		}
	})
}

// mustJSON writes what can be written.
func mustJSON(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}
