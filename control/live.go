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
// ended, changes of the configuration, nodes that come and go. Events are numbered, and the
// last are kept, so that one whose connection breaks goes on where it was. What happens while
// nobody looks on is not listened to, but for a while after the last has left. Safe for
// concurrent use.
type Live struct {
	control *Control
	conn    *bus.Conn

	mu      sync.Mutex
	lookers map[*looker]bool
	calls   *nats.Subscription // while somebody looks on, and for liveLinger behind that
	idle    *time.Timer        // ends it
	ring    *ring
	closed  bool
	open    sync.WaitGroup
	nodes   map[string]member.State
}

// NewLive makes it; nothing but calls is told unless Run is running.
func (c *Control) NewLive(conn *bus.Conn) *Live {
	return &Live{control: c, conn: conn, lookers: map[*looker]bool{}, ring: newRing()}
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
	reconnects := l.conn.Bulk.NATS.Stats().Reconnects
	tick, rights := time.NewTicker(nodesEvery), time.NewTicker(rightsEvery)
	defer tick.Stop()
	defer rights.Stop()
	for {
		select {
		case <-changed:
			l.tellConfig(ctx)
		case <-tick.C:
			l.tellNodes()
			if n := l.conn.Bulk.NATS.Stats().Reconnects; n != reconnects {
				reconnects = n
				l.gap()
			}
		case <-rights.C:
			l.reconsider(ctx)
		case <-ctx.Done():
			l.close()
			return
		}
	}
}

// errClosing: no more are taken in.
var errClosing = errors.New("the server is shutting down")

// liveLinger is how long calls are listened to while nobody looks on: one whose connection
// has broken is back within that time.
const liveLinger = time.Minute

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
	if l.idle != nil {
		l.idle.Stop()
		l.idle = nil
	}
	l.lookers[k] = true
	l.open.Add(1)
	return nil
}

func (l *Live) leave(k *looker) {
	l.mu.Lock()
	delete(l.lookers, k)
	if len(l.lookers) == 0 && l.calls != nil && !l.closed {
		l.idle = time.AfterFunc(liveLinger, l.rest)
	}
	l.mu.Unlock()
	l.open.Done()
}

// rest listens to calls no more, unless somebody looks on again. Who comes later has missed
// some, so that numbers begin anew.
func (l *Live) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lookers) == 0 {
		l.deafen()
		l.idle, l.ring = nil, newRing()
	}
}

// gap tells everybody that calls may have been missed: NATS was away.
func (l *Live) gap() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring = newRing()
	for k := range l.lookers {
		k.put([]byte(gapEvent))
	}
}

// gapEvent says that what has happened before is not told any more.
const gapEvent = `{"type":"gap"}`

// deafen ends listening to calls. l.mu is held.
func (l *Live) deafen() {
	if l.calls != nil {
		_ = l.calls.Unsubscribe() // it ends with the connection otherwise
		l.calls = nil
	}
}

// close sends everybody away and waits for them to have gone.
func (l *Live) close() {
	l.mu.Lock()
	l.closed = true
	l.deafen()
	if l.idle != nil {
		l.idle.Stop()
	}
	for k := range l.lookers {
		k.away(closing)
	}
	l.mu.Unlock()
	l.open.Wait()
}

// happens numbers an event and tells all of it who want it. Of a call that nobody wants
// nothing is written.
func (l *Live) happens(h *happened) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring.add(h)
	for k := range l.lookers {
		if k.wantsEvent(h) {
			k.tell(h)
		}
	}
}

// ask takes what a looker asks for, and answers: with what it has missed, if it says after
// which event, or that there is a gap; then with the number that it is at.
func (l *Live) ask(k *looker, asked *liveAsked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k.ask(*asked)
	if from := asked.Resume; from != nil {
		missed, whole := l.ring.since(from.Stream, from.Seq)
		if !whole || !k.repeat(missed) {
			k.put([]byte(gapEvent))
		}
	}
	k.put(mustJSON(subscribedEvent{"subscribed", l.ring.stream, l.ring.last}))
}

// subscribedEvent answers what was asked for: all that is wanted up to the number was told.
type subscribedEvent struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
}

// logEvent is a call that has ended, in the shape of Bifrost's.
type logEvent struct {
	Type      string `json:"type"`
	Operation string `json:"operation"`
	Seq       uint64 `json:"seq"`
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

func eventOf(e *usage.Entry, topic string, seq uint64) logEvent {
	if topic == liveTools {
		return logEvent{topic, "create", seq, toolLogRow(e)}
	}
	return logEvent{topic, "create", seq, logRow(e)}
}

// tellCalls tells of the calls of a batch on its way to the ledger.
func (l *Live) tellCalls(batch []byte) {
	entries, err := usage.Decode(batch)
	if err != nil {
		return // the ledger's writer tells of it
	}
	for i := range entries {
		for _, topic := range liveTopics(&entries[i]) {
			l.happens(&happened{topic: topic, call: &entries[i]})
		}
	}
}

// clusterEvent is a node that has come, gone or begun to drain, or a configuration that has
// come into force.
type clusterEvent struct {
	Type     string `json:"type"`
	Seq      uint64 `json:"seq"`
	Event    string `json:"event"`
	Node     string `json:"node,omitempty"`
	Revision uint64 `json:"revision,omitempty"`
}

func (l *Live) tellConfig(ctx context.Context) {
	p, err := l.control.o.Config.Pointer(ctx)
	if err != nil {
		return // who looks on asks for the configuration when it can be read again
	}
	l.happens(&happened{topic: "config", event: clusterEvent{Type: "config", Event: "changed", Revision: p.Revision}})
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
			l.happens(&happened{topic: "cluster", event: clusterEvent{Type: "cluster", Event: "joined", Node: name}})
		case s.Draining && !was.Draining:
			l.happens(&happened{topic: "cluster", event: clusterEvent{Type: "cluster", Event: "draining", Node: name}})
		}
	}
	for name := range l.nodes {
		if _, still := now[name]; !still {
			l.happens(&happened{topic: "cluster", event: clusterEvent{Type: "cluster", Event: "left", Node: name}})
		}
	}
	l.nodes = now
}

// mustJSON writes what can be written.
func mustJSON(v any) []byte {
	text, _ := json.Marshal(v)
	return text
}
