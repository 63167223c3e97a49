package prompt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go"
)

const (
	// askFor bounds how long a call waits for a prompt that is not known yet.
	askFor = 2 * time.Second
	// freshFor bounds how long it can matter that a change went unheard.
	freshFor = time.Minute
	// maxKept bounds how many prompts, and how many versions, are kept.
	maxKept = 2048
)

// Shelf has the prompts that calls of this node use. It asks for one at its first use,
// and for what has changed; while the cluster's record is away, what it has is good. Safe
// for concurrent use.
type Shelf struct {
	b     bucket
	hints *nats.Subscription
	now   func() time.Time

	mu       sync.RWMutex
	prompts  map[string]*known
	versions map[string]*compiled // by their ids
	changes  uint64               // that were heard of
}

// known is what was read of a name; prompt is nil for one that nobody has.
type known struct {
	prompt *Prompt
	read   time.Time
	at     uint64 // changes when it was asked for
}

// compiled is a version that never changes.
type compiled struct {
	request *api.Request
	model   string
}

// NewShelf returns the shelf of a node. It hears of changes until Close.
func NewShelf(c *bus.Conn) (*Shelf, error) {
	s := &Shelf{b: newBucket(c), now: time.Now, prompts: map[string]*known{}, versions: map[string]*compiled{}}
	var err error
	if s.hints, err = c.Control.NATS.Subscribe(bus.PromptChanged.At("prompt"), func(*nats.Msg) { s.changed() }); err != nil {
		return nil, fmt.Errorf("prompt: listen for changes: %w", err)
	}
	return s, nil
}

// Close ends hearing of changes.
func (s *Shelf) Close() { _ = s.hints.Unsubscribe() } // else it ends with the connection

// changed has each prompt be asked for anew. They change so seldom that it does not
// matter which one it was.
func (s *Shelf) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
}

// Reference is how a call names a prompt.
type Reference struct {
	Name    string
	Version string // a number, a label, "latest", or "" for the live one
	Values  Values
}

// Use returns a prompt for a call of a virtual key, "" for none, with the model that it
// is made for, "" for any.
func (s *Shelf) Use(ref Reference, virtualKey string) (*Filled, string, *api.Error) {
	p, err := s.prompt(ref.Name)
	if err != nil {
		return nil, "", away()
	}
	if p == nil || len(p.VirtualKeys) > 0 && !slices.Contains(p.VirtualKeys, virtualKey) {
		return nil, "", api.Errorf(api.KindNotFound, "prompt_not_found", "There is no prompt %q that this caller may use.", ref.Name)
	}
	n := p.Number(ref.Version)
	if n == 0 {
		return nil, "", noVersion(ref)
	}
	v, err := s.version(p.ID, n)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, "", noVersion(ref)
	case err != nil:
		return nil, "", away()
	}
	filled, refused := fill(v.request, ref.Values)
	if refused != nil {
		return nil, "", refused
	}
	filled.Version = n
	return filled, v.model, nil
}

func noVersion(ref Reference) *api.Error {
	return api.Errorf(api.KindNotFound, "prompt_not_found", "The prompt %q has no version %q.", ref.Name, ref.Version)
}

func away() *api.Error {
	return api.Errorf(api.KindUnavailable, "prompts_unavailable", "The prompt repository cannot be reached at the moment.")
}

// prompt returns what has a name, nil if nothing has.
func (s *Shelf) prompt(name string) (*Prompt, error) {
	s.mu.RLock()
	k, changes := s.prompts[name], s.changes
	s.mu.RUnlock()
	if k != nil && k.at == changes && s.now().Sub(k.read) < freshFor {
		return k.prompt, nil
	}
	if name == "" || len(name) > MaxName {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	p := &Prompt{}
	_, err := s.b.get(ctx, promptKey(name), p)
	switch {
	case errors.Is(err, ErrNotFound):
		p = nil
	case err != nil && k != nil:
		return k.prompt, nil // better than none
	case err != nil:
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	makeRoom(s.prompts)
	s.prompts[strings.Clone(name)] = &known{prompt: p, read: s.now(), at: changes}
	return p, nil
}

func (s *Shelf) version(prompt string, n int) (*compiled, error) {
	id := (&Version{PromptID: prompt, Number: n}).ID()
	s.mu.RLock()
	v := s.versions[id]
	s.mu.RUnlock()
	if v != nil {
		return v, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	read, err := s.b.version(ctx, prompt, n)
	if err != nil {
		return nil, err
	}
	request, err := read.compile()
	if err != nil {
		return nil, err
	}
	v = &compiled{request: request, model: read.Named()}
	s.mu.Lock()
	defer s.mu.Unlock()
	makeRoom(s.versions)
	s.versions[id] = v
	return v, nil
}

// makeRoom drops any entry of a map that is full.
func makeRoom[V any](m map[string]V) {
	if len(m) < maxKept {
		return
	}
	for key := range m {
		delete(m, key)
		return
	}
}
