//go:build integration

package faults_test

import (
	"bufio"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// load is what callers ask of a cluster while it is disturbed. Each edge has callers
// of its own, so that one that answers nothing holds up no calls of the others.
type load struct {
	edges   []*nodes.Process
	pace    *time.Ticker
	stop    chan struct{}
	calling sync.WaitGroup

	mu       sync.Mutex
	sent     int
	span     *span
	outcomes []outcome
	said     strings.Builder // all that was answered with an error
}

const (
	callers = 3 // of each edge
	// pace is the time between two calls of all callers together.
	pace = 6 * time.Millisecond
)

// kinds are the calls that callers make in turn.
var kinds = [...]struct{ limited, stream, retried, leaves bool }{
	{limited: true},
	{limited: true, stream: true},
	{},
	{stream: true},
	{limited: true},
	{retried: true},
	{limited: true, stream: true},
	{stream: true, leaves: true},
	{limited: true},
	{stream: true, retried: true},
}

// outcome is what became of a try of a call.
type outcome struct {
	call       string // named by its text, the same in each try of it
	id         string // of this try, in the ledger
	edge       *nodes.Process
	span       *span
	limited    bool
	begun, end time.Time
	status     int    // 0: there was no answer
	whole      bool   // and all of the answer came
	left       bool   // the caller hung up on a stream
	replayed   bool   // the answer is that of an earlier try
	alone      bool   // the edge could not join it with other tries
	output     string // tokens, as the answer tells
	body       string // of a try that may come again
}

func startLoad(t *testing.T, edges []*nodes.Process, first *span) *load {
	l := &load{edges: edges, span: first, pace: time.NewTicker(pace), stop: make(chan struct{})}
	for i := range edges {
		for range callers {
			l.calling.Go(func() { l.run(i) })
		}
	}
	t.Cleanup(l.end)
	return l
}

func (l *load) run(edge int) {
	for {
		select {
		case <-l.stop:
			return
		case <-l.pace.C:
		}
		l.one(edge)
	}
}

// one makes the next call, at an edge, and tries it again at the next one if it is
// of those that are.
func (l *load) one(edge int) {
	l.mu.Lock()
	l.sent++
	n, s := l.sent, l.span
	s.open++
	l.mu.Unlock()
	kind, name := kinds[n%len(kinds)], fmt.Sprintf("call-%06d", n)
	asked := call{id: name, text: "This is " + name + " of the load.", stream: kind.stream}
	if kind.stream {
		asked.more = `,"stream_options":{"include_usage":true}`
	}
	if kind.limited {
		asked.key = s.key
	}
	tries := []string{name}
	if kind.retried {
		asked.retry, tries = name, []string{name, name + "-again"}
	}
	for i, id := range tries {
		asked.id = id
		o := outcome{call: name, id: id, edge: l.edges[(edge+i)%len(l.edges)], span: s, limited: kind.limited, begun: time.Now()}
		said := o.ask(asked, kind.leaves)
		o.end = time.Now()
		l.note(o, said)
	}
	l.mu.Lock()
	s.open--
	l.mu.Unlock()
}

var outputTokens = regexp.MustCompile(`"completion_tokens":(\d+)`)

// ask makes a try, and returns what was said if that is not a whole answer.
func (o *outcome) ask(asked call, leaves bool) (said string) {
	res, err := asked.begin(o.edge)
	if err != nil {
		return ""
	}
	if leaves && res.StatusCode == http.StatusOK {
		_, err = bufio.NewReader(res.Body).ReadString('\n')
		o.status, o.left = res.StatusCode, err == nil
		res.Body.Close()
		return ""
	}
	a, err := read(res)
	o.status = a.status
	o.replayed = a.header.Get("x-asbru-idempotent-replay") == "true"
	o.alone = a.header.Get("x-asbru-idempotency") == "off"
	if found := outputTokens.FindStringSubmatch(a.body); found != nil {
		o.output = found[1]
	}
	if asked.retry != "" {
		o.body = a.body
	}
	o.whole = err == nil && a.status == http.StatusOK && (!asked.stream || strings.HasSuffix(a.body, "data: [DONE]\n\n"))
	if o.whole {
		return ""
	}
	return a.body
}

func (l *load) note(o outcome, said string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcomes = append(l.outcomes, o)
	l.said.WriteString(said)
}

// done is how many tries have ended.
func (l *load) done() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.outcomes)
}

// next begins a span. The calls of the one before have ended then.
func (l *load) next(t *testing.T, s *span) {
	t.Helper()
	l.mu.Lock()
	before := l.span
	l.span = s
	l.mu.Unlock()
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return before.open == 0
	}, nodes.Patience, tick, "calls of before do not end")
}

// end lets the callers finish what they have asked.
func (l *load) end() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.calling.Wait()
	l.pace.Stop()
}
