package worker_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/overflow/dispatch"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/worker"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// The HTTP server's pool of workers looks once more after it has been stopped.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		// The HTTP server's clock for the Date header runs as long as the process.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.initServerDate.func1"))
}

// patience is how long a test waits for what should be there at once.
const patience = time.Minute

var discard = slog.New(slog.DiscardHandler)

// cluster is a NATS server, with the queues of the providers.
type cluster struct {
	server  *bus.Server
	connect func(t testing.TB, role bus.Role, node string) *bus.Conn
	control *bus.Conn
}

func startCluster(t testing.TB) *cluster {
	t.Helper()
	b := bustest.Start(t)
	c := &cluster{server: b.Server, connect: b.Connect}
	c.control = c.connect(t, bus.Control, "control-1")
	require.NoError(t, bus.ProvisionPools(t.Context(), c.control, []string{"openai", "anthropic", "gemini"}))
	return c
}

// node is an edge or a worker: an engine, and its place in the cluster.
type node struct {
	*gateway.Gateway
	conn       *bus.Conn
	metrics    *telemetry.Metrics
	dispatcher *dispatch.Dispatcher

	mu      sync.Mutex
	records []telemetry.Record
}

func (n *node) record(r *telemetry.Record) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.records = append(n.records, *r)
}

// settled waits for the node's nth record.
func (n *node) settled(t testing.TB, nth int) telemetry.Record {
	t.Helper()
	var r telemetry.Record
	require.Eventually(t, func() bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		if len(n.records) >= nth {
			r = n.records[nth-1]
		}
		return len(n.records) >= nth
	}, patience, 2*time.Millisecond, "a record is missing")
	return r
}

func (n *node) last() telemetry.Record {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.records[len(n.records)-1]
}

func (n *node) countRecords() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.records)
}

// over returns a configuration whose providers are all at one address, with few slots.
func over(url string, slots int) *config.Config {
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{}
	for _, name := range []string{"openai", "anthropic", "gemini"} {
		cfg.Providers[name] = config.Provider{
			Network:     config.Network{BaseURL: url},
			Keys:        []config.Key{{Name: name + "-a", Value: "sk-a", Weight: 1}, {Name: name + "-b", Value: "sk-b", Weight: 1}},
			Concurrency: config.Concurrency{Concurrency: slots, BufferSize: 100},
		}
	}
	return cfg
}

// with changes each provider of a configuration.
func with(cfg *config.Config, change func(*config.Provider)) *config.Config {
	for name, p := range cfg.Providers {
		change(&p)
		cfg.Providers[name] = p
	}
	return cfg
}

func newNode(t testing.TB, cfg *config.Config, o gateway.Options) *node {
	t.Helper()
	n := &node{metrics: telemetry.NewMetrics("test")}
	o.Log, o.Metrics, o.Hooks.Done = discard, n.metrics, n.record
	var err error
	n.Gateway, err = gateway.New(t.Context(), cfg, o)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	return n
}

// edge starts an edge all of whose slots are taken.
func (c *cluster) edge(t testing.TB, cfg *config.Config) *node {
	t.Helper()
	return c.edgeWith(t, cfg, gateway.Options{})
}

func (c *cluster) edgeWith(t testing.TB, cfg *config.Config, o gateway.Options) *node {
	t.Helper()
	conn := c.connect(t, bus.Edge, "edge-1")
	d, err := dispatch.New(conn, dispatch.Options{Log: discard})
	require.NoError(t, err)
	t.Cleanup(d.Close)
	o.Overflow = d
	n := newNode(t, cfg, o)
	n.conn, n.dispatcher = conn, d
	n.fill(t)
	return n
}

// fill takes all slots of a node, which are held until the function returned is called.
func (n *node) fill(t testing.TB) (free func()) {
	t.Helper()
	var slots []gateway.Slot
	for _, p := range n.Providers() {
		for slot, ok := n.TakeSlot(p); ok; slot, ok = n.TakeSlot(p) {
			slots = append(slots, slot)
		}
	}
	return func() {
		for _, s := range slots {
			s.Release()
		}
	}
}

// runs is a worker that runs.
type runs struct {
	*node
	*worker.Worker
	stop func() // as SIGKILL would as far as calls are concerned: they are cut
}

// worker starts a worker.
func (c *cluster) worker(t testing.TB, name string, cfg *config.Config) *runs {
	t.Helper()
	return c.workerWith(t, name, cfg, gateway.Options{})
}

func (c *cluster) workerWith(t testing.TB, name string, cfg *config.Config, o gateway.Options) *runs {
	t.Helper()
	n := newNode(t, cfg, o)
	n.conn = c.connect(t, bus.Worker, name)
	r := &runs{node: n, Worker: worker.New(n.Gateway, n.conn, worker.Options{Log: discard, Metrics: n.metrics})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(r.stop)
	return r
}

// asked is what a caller asks for.
type asked struct {
	dialect, model, body string
	op                   api.Op
	stream               bool // where the path says so
	array                bool
	timeout              time.Duration
	fallbacks            string
	client               gateway.Client
	session              string
	extra                bool // the client has headers that are passed on
}

// chat asks a provider for a conversation in a dialect.
func chat(dialectName, provider, model string, stream bool) asked {
	a := asked{dialect: dialectName, op: api.OpChat, stream: stream, model: provider + "/" + model}
	switch dialectName {
	case "genai":
		a.body = `{"contents":[{"role":"user","parts":[{"text":"hello there"}]}]}`
		return a
	case "anthropic":
		a.body = `{"model":"` + a.model + `","max_tokens":100,"messages":[{"role":"user","content":"hello there"}]`
	default:
		a.body = `{"model":"` + a.model + `","messages":[{"role":"user","content":"hello there"}]`
	}
	a.model = ""
	if a.stream {
		a.body += `,"stream":true`
		a.stream = false
	}
	a.body += "}"
	return a
}

// begin makes the call of what is asked.
func (n *node) begin(a asked) *gateway.Call {
	c := n.Acquire()
	c.In, c.Body, c.RequestID = codecs.ByName(a.dialect), []byte(a.body), "req-1"
	c.Head = dialect.Head{Op: a.op, Model: a.model, Stream: a.stream, ArrayStream: a.array}
	c.Timeout, c.Fallbacks, c.Client, c.Session, c.Extra = a.timeout, a.fallbacks, a.client, a.session, a.extra
	return c
}

// answer is what a caller gets.
type answer struct {
	status      int
	contentType string
	body        string
	worker      string
	key         string
	attempts    int
	usage       api.Usage
	returned    string
	err         *api.Error
}

// ask has a request answered.
func (n *node) ask(a asked) (out answer) {
	c := n.begin(a)
	defer func() {
		n.Release(c)
		out.usage = n.last().Usage // it is complete once the call is settled
	}()
	err := n.Do(c)
	out = answer{
		status: c.Status, contentType: c.ContentType, worker: c.Worker(), key: c.Key(), attempts: c.Attempts(), err: err,
	}
	for _, r := range c.Returned {
		out.returned += string(r.Name) + ": " + string(r.Value) + "\n"
	}
	if err != nil {
		return out
	}
	if !c.Streaming {
		out.body = string(c.Answer)
		return out
	}
	var body strings.Builder
	for {
		b, err := c.Next()
		body.Write(b)
		if err == io.EOF {
			break
		}
		if err != nil {
			body.WriteString(err.Error())
			break
		}
	}
	out.body = body.String()
	return out
}

// serveMock starts a mock of all providers on a port of this machine.
func serveMock(t testing.TB, o mock.Options) (*mock.Server, string) {
	t.Helper()
	now := time.Now()
	o.Now = func() time.Time { return now }
	s := mock.New(o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		require.NoError(t, <-done)
	})
	return s, "http://" + ln.Addr().String()
}

// leaver is a caller who can leave.
type leaver struct {
	mu    sync.Mutex
	left  func()
	gone  bool
	heads map[string]string
}

func (l *leaver) Watch(left func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = left
	if l.gone {
		left()
	}
}

func (l *leaver) Unwatch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = nil
}

func (l *leaver) Header(name string) string { return l.heads[name] }

func (l *leaver) Fields(yield func(name, value string) bool) {
	for name, value := range l.heads {
		if !yield(name, value) {
			return
		}
	}
}

func (l *leaver) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone = true
	if l.left != nil {
		l.left()
	}
}
