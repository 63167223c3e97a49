package control

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/fasthttp/websocket"
)

// liveAsked is what one who looks on asks for, in a message of JSON. What is absent is all;
// of the values of a list any may hold, and none of those behind a "!".
type liveAsked struct {
	Subscribe []string `json:"subscribe"` // log, mcp_log, config, cluster
	PerSecond int      `json:"max_per_second"`
	// Resume is the last event that was told before a connection broke.
	Resume *struct {
		Stream string `json:"stream"`
		Seq    uint64 `json:"seq"`
	} `json:"resume"`
	Filter struct {
		Providers   []string `json:"providers"`
		Models      []string `json:"models"`
		Keys        []string `json:"selected_key_ids"`
		VirtualKeys []string `json:"virtual_key_ids"`
		Teams       []string `json:"team_ids"`
		Customers   []string `json:"customer_ids"`
		Users       []string `json:"user_ids"`
		Status      []string `json:"status"`
		Nodes       []string `json:"nodes"`
		Rules       []string `json:"routing_rule_ids"`
	} `json:"filter"`
}

const (
	// liveWaiting is how many messages wait for one who reads slowly; the oldest are lost.
	liveWaiting = 256
	// liveUsual is how many calls one is told of in a second, and liveMost how many it may ask for.
	liveUsual, liveMost = 50, 1000
)

// looker is one who looks on. What it is told waits until its connection takes it.
type looker struct {
	caller account.Caller
	ready  chan struct{}
	gone   chan farewell // why it is to be sent away

	mu      sync.Mutex
	asked   liveAsked
	waiting [][]byte
	skipped int // lost, since it was last told
	second  int64
	seen    int // calls that it wants in this second
}

func newLooker(caller account.Caller) *looker {
	return &looker{caller: caller, ready: make(chan struct{}, 1), gone: make(chan farewell, 1), asked: liveAsked{PerSecond: liveUsual}}
}

func (k *looker) ask(asked liveAsked) {
	if asked.PerSecond <= 0 {
		asked.PerSecond = liveUsual
	}
	asked.PerSecond = min(asked.PerSecond, liveMost)
	k.mu.Lock()
	k.asked = asked
	k.mu.Unlock()
}

func (k *looker) wants(topic string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if topic != liveCalls && topic != liveTools && k.caller.Confined() {
		return false
	}
	return len(k.asked.Subscribe) == 0 || slices.Contains(k.asked.Subscribe, topic)
}

// wantsEvent says whether it is to be told of an event.
func (k *looker) wantsEvent(h *happened) bool {
	if h.call != nil {
		return k.wantsCall(h.call, h.topic)
	}
	return k.wants(h.topic)
}

// tell tells of an event that it wants.
func (k *looker) tell(h *happened) {
	if h.call != nil {
		k.tellCall(h.write())
	} else {
		k.put(h.write())
	}
}

// repeat tells of events that it has missed, all that it wants or, if those are too many to
// wait for it, none.
func (k *looker) repeat(missed []*happened) bool {
	const most = liveWaiting / 2
	var wanted []*happened
	for _, h := range missed {
		if k.wantsEvent(h) {
			wanted = append(wanted, h)
		}
	}
	if len(wanted) > most {
		return false
	}
	for _, h := range wanted {
		k.put(h.write())
	}
	return true
}

// wantsCall says whether it is to be told of a call under a topic.
func (k *looker) wantsCall(e *usage.Entry, topic string) bool {
	if !k.wants(topic) || !k.caller.Sees(e.Team) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	f := &k.asked.Filter
	for _, is := range [...]struct {
		list  []string
		value string
	}{
		{f.Providers, e.Provider},
		{f.Models, e.Model},
		{f.Keys, e.Key},
		{f.VirtualKeys, e.VirtualKey},
		{f.Teams, e.Team},
		{f.Customers, e.Customer},
		{f.Users, e.User},
		{f.Nodes, e.Node},
		{f.Rules, e.RuleID},
		{f.Status, outcomeNames[store.OutcomeOf(e)]},
	} {
		if !admits(is.list, is.value) {
			return false
		}
	}
	return true
}

// admits says whether a list that is filtered by lets a value through.
func admits(list []string, value string) bool {
	wants, has := false, false
	for _, v := range list {
		if without, not := strings.CutPrefix(v, exceptFor); not {
			if without == value {
				return false
			}
			continue
		}
		wants, has = true, has || v == value
	}
	return has || !wants
}

// sampledEvent says that not every call of a second was told.
type sampledEvent struct {
	Type string `json:"type"`
	Sent int    `json:"sent"`
	Seen int    `json:"seen"`
}

// tellCall tells of a call, or leaves it out when too many came in this second; how many
// were left out is told in the next.
func (k *looker) tellCall(text []byte) {
	now := time.Now().Unix()
	k.mu.Lock()
	if k.second != now {
		if k.seen > k.asked.PerSecond {
			k.append(mustJSON(sampledEvent{"sampled", k.asked.PerSecond, k.seen}))
		}
		k.second, k.seen = now, 0
	}
	k.seen++
	if k.seen <= k.asked.PerSecond {
		k.append(text)
	}
	k.mu.Unlock()
	k.wake()
}

func (k *looker) put(text []byte) {
	k.mu.Lock()
	k.append(text)
	k.mu.Unlock()
	k.wake()
}

// append has a message wait, in place of the oldest if too many do. k.mu is held.
func (k *looker) append(text []byte) {
	if len(k.waiting) == liveWaiting {
		k.waiting = slices.Delete(k.waiting, 0, 1)
		k.skipped++
	}
	k.waiting = append(k.waiting, text)
}

func (k *looker) wake() {
	select {
	case k.ready <- struct{}{}:
	default:
	}
}

// take returns what waits, and how many messages were lost before it.
func (k *looker) take() (waiting [][]byte, skipped int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	waiting, skipped = k.waiting, k.skipped
	k.waiting, k.skipped = nil, 0
	return waiting, skipped
}

// farewell is why one who looks on is sent away.
type farewell struct {
	code   int // of the WebSocket's close
	reason string
}

var (
	closing       = farewell{websocket.CloseGoingAway, "The server is shutting down."}
	timeIsUp      = farewell{websocket.CloseServiceRestart, "Come again with a new ticket."}
	rightsChanged = farewell{websocket.CloseServiceRestart, "What you may see has changed. Come again with a new ticket."}
)

// away sends it away, unless it is being sent away already.
func (k *looker) away(why farewell) {
	select {
	case k.gone <- why:
	default:
	}
}
