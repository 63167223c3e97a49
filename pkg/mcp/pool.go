package mcp

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Options are what a pool is made with. The zero value will do.
type Options struct {
	Version string // of the gateway, told to servers
	Log     *slog.Logger
	// Pins remember approved tools; nil: this process does, until it ends.
	Pins Pins
	// Commands are the programs that may be run here, by server.
	Commands map[string]Command
	// Remote reaches programs that run elsewhere; nil: none do.
	Remote *Remote
	// SignIns get tokens for servers that ask for a sign-in; nil: this process does, until it
	// ends.
	SignIns *oauth.Keeper
	// Transport reaches servers of kinds that the pool cannot reach by itself. It returns
	// nil for those that the pool is to reach.
	Transport func(Server) (sdk.Transport, error)
	// Backoff is how long to wait before connecting again after so many failures; for
	// tests.
	Backoff func(failures int) Wait
	// ConnectTimeout bounds the making of a connection, and ListTimeout a listing of tools; 0 is
	// 30 s. For tests.
	ConnectTimeout, ListTimeout time.Duration
}

// Pool is the connections to all servers. Safe for concurrent use.
type Pool struct {
	o    Options
	log  *slog.Logger
	pins Pins
	list atomic.Pointer[list]

	mu      sync.Mutex
	clients map[string]*client
	closed  bool
	ending  sync.WaitGroup // the ends of clients that are not wanted any more
}

// NewPool makes a pool without servers.
func NewPool(o Options) *Pool {
	p := &Pool{o: o, log: cmp.Or(o.Log, slog.Default()), pins: o.Pins, clients: map[string]*client{}}
	if p.pins == nil {
		p.pins = &MemoryPins{}
	}
	if p.o.SignIns == nil {
		p.o.SignIns = oauth.New(oauth.Options{Seal: secret.NewKey(), Log: p.log})
	}
	if p.o.Backoff == nil {
		p.o.Backoff = backoff
	}
	p.o.ConnectTimeout, p.o.ListTimeout = cmp.Or(o.ConnectTimeout, connectTimeout), cmp.Or(o.ListTimeout, listTimeout)
	p.list.Store(&list{over: make(chan struct{})})
	return p
}

// Apply has the pool keep connections to these servers and to no others. Those whose
// settings have not changed stay as they are. It does not wait for any.
func (p *Pool) Apply(servers []Server) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	next := make(map[string]*client, len(servers))
	var fresh, gone []*client
	for _, s := range servers {
		s = s.completed()
		if old := p.clients[s.Name]; old != nil && reflect.DeepEqual(old.server, s) {
			next[s.Name] = old
			continue
		}
		c := newClient(p, s)
		next[s.Name] = c
		fresh = append(fresh, c)
	}
	for name, c := range p.clients {
		if next[name] != c {
			gone = append(gone, c)
		}
	}
	p.clients = next
	p.mu.Unlock()
	for _, c := range gone {
		c.end()
		p.ending.Go(func() { <-c.done })
	}
	p.publish()
	for _, c := range fresh {
		c.start()
	}
}

// Close ends all connections and waits for that.
func (p *Pool) Close() {
	p.Apply(nil)
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.ending.Wait()
}

// Tools returns the tools that pass a filter, sorted by name. It waits for nobody. The
// list must not be changed.
func (p *Pool) Tools(f Filter) []*Tool { return p.list.Load().filter(f) }

// Find returns the tool of a name if it passes a filter, else nil.
func (p *Pool) Find(f Filter, name string) *Tool { return p.list.Load().find(f, name) }

// Version is that of the list of tools: while it stays the same, so does the list.
func (p *Pool) Version() uint64 { return p.list.Load().version }

// Changed returns a channel that is closed when the list of tools, as it is now, may have
// changed.
func (p *Pool) Changed() <-chan struct{} { return p.list.Load().over }

// Empty says whether there is no server at all.
func (p *Pool) Empty() bool { return len(p.list.Load().clients) == 0 }

func (p *Pool) client(name string) *client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clients[name]
}

// publish makes the list of tools anew.
func (p *Pool) publish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := slices.Sorted(maps.Keys(p.clients))
	l := &list{version: p.list.Load().version + 1, clients: names, byName: map[string]*Tool{}, over: make(chan struct{})}
	n := namer{names}
	for i, name := range names {
		for _, t := range p.clients[name].offered() {
			t.index, t.Name, t.compiled = i, n.name(t.Client, t.Original), &compiled{}
			if l.byName[t.Name] != nil {
				continue // by a hash that collides, within one server
			}
			l.byName[t.Name] = &t
			l.tools = append(l.tools, &t)
		}
	}
	slices.SortFunc(l.tools, func(a, b *Tool) int { return strings.Compare(a.Name, b.Name) })
	close(p.list.Swap(l).over)
}

// Reconnect has a server's connection made anew, and waits until that has worked or
// failed once.
func (p *Pool) Reconnect(ctx context.Context, name string) error {
	c := p.client(name)
	if c == nil {
		return ErrNoServer
	}
	return c.reconnect(ctx)
}

// Look has all servers' tools listed again: others may have approved some.
func (p *Pool) Look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.clients {
		signal(c.changed)
	}
}
