package virtualkey

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Change is a change to a key as the server publishes it: what the key is from then
// on. Revisions are numbered without a gap over all keys.
type Change struct {
	Digest   Digest
	Revision uint64
	Deleted  bool
	// Record is nil when the key was deleted, and when what was written cannot be
	// read here: it is of a newer version, or forged.
	Record *Record
}

// Listener hears of the changes to keys. Its methods are called one at a time, in the
// order of things, and must not block.
type Listener interface {
	Changed(Change)
	// Missed: some changes may have gone unheard.
	Missed()
	// Heard: every change up to a revision, and of before a time, was heard or is one
	// of those that Missed told of.
	Heard(revision uint64, before time.Time)
}

const (
	// checkEvery is how often the newest revision is asked for.
	checkEvery = 5 * time.Second
	// underWay is how long a change may take from the server.
	underWay = time.Second
)

// Follower tells a listener of the changes to keys. A change that is lost leaves a gap
// in the revisions; that the last one was, is found out by asking for the newest.
type Follower struct {
	kv       *KV
	listener Listener
	hints    *nats.Subscription
	unhook   func()

	mu   sync.Mutex
	last uint64 // the newest revision that the listener knows of; 0: none is known
}

// NewFollower returns a follower of the cluster's keys.
func NewFollower(k *KV, l Listener) *Follower { return &Follower{kv: k, listener: l} }

// Open begins to hear of changes.
func (f *Follower) Open() error {
	var err error
	if f.hints, err = f.kv.conn.Control.NATS.Subscribe(bus.VirtualKeyChanged.All(), f.hear); err != nil {
		return fmt.Errorf("virtual key: listen for changes: %w", err)
	}
	f.unhook = f.kv.conn.OnReconnect(f.lost)
	return nil
}

// Run looks for changes that were lost, until ctx ends; then no more is told.
func (f *Follower) Run(ctx context.Context) {
	defer func() {
		f.unhook()
		_ = f.hints.Unsubscribe() // it ends with the connection otherwise
	}()
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		f.check(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// hear takes a change from the server.
func (f *Follower) hear(m *nats.Msg) {
	c, ok := f.kv.change(m)
	if !ok {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != 0 && c.Revision > f.last+1 {
		f.listener.Missed()
	}
	f.last = max(f.last, c.Revision)
	f.listener.Changed(c)
}

// lost is called when the connection was.
func (f *Follower) lost() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = 0
	f.listener.Missed()
}

// check compares what was heard with what there is.
func (f *Follower) check(ctx context.Context) {
	began := time.Now()
	asking, cancel := context.WithTimeout(ctx, checkEvery)
	defer cancel()
	newest, err := f.kv.Newest(asking)
	if err != nil {
		return // what it could not find out now, it does at the next time
	}
	if f.behind(newest) {
		select {
		case <-time.After(underWay):
		case <-ctx.Done():
			return
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last < newest {
		f.last = newest
		f.listener.Missed()
	}
	f.listener.Heard(newest, began)
}

// behind says whether changes that were made may still be on their way.
func (f *Follower) behind(newest uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last != 0 && f.last < newest
}

// change reads what the server has published.
func (k *KV) change(m *nats.Msg) (Change, bool) {
	values, ok := bus.VirtualKeyChanged.Values(m.Subject)
	if !ok || len(values) != 1 {
		return Change{}, false
	}
	c := Change{Deleted: len(m.Data) == 0}
	if c.Digest, ok = ParseDigest(values[0]); !ok {
		return Change{}, false
	}
	if _, err := fmt.Sscan(m.Header.Get(jetstream.SequenceHeader), &c.Revision); err != nil {
		return Change{}, false
	}
	if !c.Deleted {
		c.Record, _ = k.open(m.Data, values[0], c.Revision) // nil: see there
	}
	return c, true
}
