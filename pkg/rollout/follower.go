package rollout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// ErrNone is returned by a [Source] for what has never been there.
var ErrNone = errors.New("rollout: there is none")

// Source is where a node gets pointers and snapshots from.
type Source interface {
	// Pointer returns the pointer that is in force, ErrNone if nothing was ever
	// committed.
	Pointer(ctx context.Context) ([]byte, error)
	// Snapshot returns the sealed snapshot with a digest.
	Snapshot(ctx context.Context, digest string) ([]byte, error)
	// Hints delivers each new pointer, and nil when some may have been missed,
	// until ctx ends. It never closes the channel.
	Hints(ctx context.Context) (<-chan []byte, error)
}

// Options are what a follower is made with.
type Options struct {
	Source  Source
	Cluster secret.Key
	Node    string
	Labels  map[string]string
	Dir     string // where what was applied is kept; "" keeps nothing
	// Apply puts a configuration in force. On an error, or a panic, the one
	// before stays. It is called by one goroutine at a time.
	Apply func(d *config.Document, revision uint64) error
	Log   *slog.Logger
	// Poll is how often the source is asked although nothing was heard.
	// Default: 2 s.
	Poll time.Duration
}

// Status is what a node has to say of its configuration.
type Status struct {
	Revision uint64    `json:"revision"` // in force
	Serial   uint64    `json:"serial"`   // of the newest pointer seen
	Applied  time.Time `json:"applied"`
	// Wanted and Error are set while the pointer names a revision that this node
	// could not put in force.
	Wanted uint64 `json:"wanted,omitempty"`
	Error  string `json:"error,omitempty"`
	// Refused is set once this node has heard of a pointer that it did not follow.
	Refused *Refused `json:"refused,omitempty"`
}

// Refused tells of pointers that were forged, or old ones sent again.
type Refused struct {
	Count  int64     `json:"count"`
	At     time.Time `json:"at"` // the last time
	Reason string    `json:"reason"`
}

// Follower keeps a node's configuration what the cluster says it is.
type Follower struct {
	o     Options
	vault vault
	disk  disk

	survival time.Duration
	risked   string // digest of what was applied and not survived yet

	mu     sync.Mutex
	status Status
	digest string
	// refusalTold is when the log was last told of a refusal.
	refusalTold time.Time
	changed     chan struct{} // closed and replaced when status changes
}

// NewFollower returns a follower that follows once Run is called.
func NewFollower(o Options) *Follower {
	if o.Poll <= 0 {
		o.Poll = 2 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Follower{o: o, vault: newVault(o.Cluster), disk: disk{o.Dir}, survival: survival, changed: make(chan struct{})}
}

// Status returns what is in force now, and a channel that is closed when that changes.
func (f *Follower) Status() (Status, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status, f.changed
}

// Restore puts in force the newest of what was kept on disk that can be, and says
// whether there was any; the error tells why newer ones cannot. A node calls it before
// Run, so that it can serve without the cluster.
func (f *Follower) Restore() (bool, error) {
	if f.o.Dir == "" {
		return false, nil
	}
	var newer []error
	for _, data := range f.disk.pointers() {
		err := f.restore(data)
		if err == nil {
			return true, errors.Join(newer...)
		}
		newer = append(newer, err)
	}
	return false, errors.Join(newer...)
}

func (f *Follower) restore(data []byte) error {
	p, err := verify(data, f.vault.known)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), f.o.Poll)
	defer cancel()
	_, err = f.apply(ctx, p)
	return err
}

// Close tells that the process ends in order, and not of its configuration. It must
// not run any more.
func (f *Follower) Close() { f.survived() }

// Run follows until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	hints, err := f.o.Source.Hints(ctx)
	if err != nil {
		return fmt.Errorf("rollout: listen for pointers: %w", err)
	}
	poll := time.NewTicker(f.o.Poll)
	defer poll.Stop()
	f.fetch(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case hint := <-hints:
			if hint == nil {
				f.fetch(ctx)
			} else {
				f.consider(ctx, hint)
			}
		case <-poll.C:
			if s, _ := f.Status(); time.Since(s.Applied) >= f.survival {
				f.survived()
			}
			f.fetch(ctx)
		}
	}
}

// fetch asks for the pointer in force.
func (f *Follower) fetch(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, f.o.Poll)
	defer cancel()
	data, err := f.o.Source.Pointer(ctx)
	if err != nil {
		if !errors.Is(err, ErrNone) {
			f.o.Log.Debug("the configuration's pointer could not be read", "error", err)
		}
		return
	}
	f.consider(ctx, data)
}

// consider puts in force what a pointer names, if it is a new one.
func (f *Follower) consider(ctx context.Context, data []byte) {
	p, err := verify(data, f.vault.known)
	if err != nil {
		f.refuse(err)
		return
	}
	now, _ := f.Status()
	switch {
	case p.Serial < now.Serial:
		f.refuse(errOld)
		return
	case p.Serial == now.Serial && now.Error == "":
		return
	}
	sealed, err := f.apply(ctx, p)
	to := p.For(f.o.Node, f.o.Labels)
	if err != nil {
		if now.Wanted != to.Revision || now.Error != err.Error() { // once, not at each poll
			f.o.Log.Error("a configuration was not applied; the old one stays in force", "revision", to.Revision, "error", err)
		}
		f.failed(p.Serial, to.Revision, err)
		return
	}
	if sealed != nil && f.o.Dir != "" {
		if err := f.disk.save(data, sealed, to.Digest); err != nil {
			f.o.Log.Error("the configuration in force could not be kept on disk", "error", err)
		}
	}
}

// apply puts in force what a verified pointer names. It returns the snapshot, nil if
// it was in force already.
func (f *Follower) apply(ctx context.Context, p *Pointer) ([]byte, error) {
	to := p.For(f.o.Node, f.o.Labels)
	now, _ := f.Status()
	if to.Revision == now.Revision && to.Digest == f.digest && now.Revision != 0 {
		f.applied(p.Serial, to, now.Applied)
		return nil, nil
	}
	if err := f.risk(to); err != nil {
		return nil, err
	}
	sealed, err := f.snapshot(ctx, to.Digest)
	if err == nil {
		var document *config.Document
		if document, err = f.vault.unpack(sealed, to.Digest); err == nil {
			err = f.try(document, to.Revision)
		}
	}
	if err != nil {
		f.survived()
		return nil, err
	}
	f.applied(p.Serial, to, time.Now())
	return sealed, nil
}

// risk refuses a snapshot of which this node has died too often, and notes that it is
// about to be applied.
func (f *Follower) risk(to Target) error {
	if f.o.Dir == "" {
		return nil
	}
	if f.disk.deaths()[to.Digest] >= maxDeaths {
		return fmt.Errorf("rollout: revision %d is given up: the process has died %d times right after it was applied", to.Revision, maxDeaths)
	}
	f.survived() // the one before
	if err := f.disk.risk(to.Digest); err != nil {
		f.o.Log.Warn("it cannot be noted which configuration is applied", "error", err)
	}
	f.risked = to.Digest
	return nil
}

// survived takes away the note of what was applied last.
func (f *Follower) survived() {
	if f.risked == "" {
		return
	}
	if err := f.disk.survived(f.risked); err != nil {
		f.o.Log.Warn("it cannot be noted that a configuration does no harm", "error", err)
	}
	f.risked = ""
}

// snapshot gets a sealed snapshot, from disk if it is there whole.
func (f *Follower) snapshot(ctx context.Context, digest string) ([]byte, error) {
	if f.o.Dir != "" {
		if sealed, err := f.disk.snapshot(digest); err == nil && digestOf(sealed) == digest {
			return sealed, nil
		}
	}
	sealed, err := f.o.Source.Snapshot(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("rollout: get the snapshot: %w", err)
	}
	return sealed, nil
}

// try applies a configuration. A panic in what compiles it is its error: a
// configuration must not be able to take down every node at once.
func (f *Follower) try(d *config.Document, revision uint64) (err error) {
	defer func() {
		if v := recover(); v != nil {
			f.o.Log.Error("panic while a configuration was applied", "revision", revision, "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("rollout: applying revision %d failed with a panic", revision)
		}
	}()
	return f.o.Apply(d, revision)
}

func (f *Follower) applied(serial uint64, to Target, at time.Time) {
	f.set(func(s *Status) {
		*s = Status{Revision: to.Revision, Serial: serial, Applied: at, Refused: s.Refused}
		f.digest = to.Digest
	})
}

func (f *Follower) failed(serial, wanted uint64, err error) {
	f.set(func(s *Status) { s.Serial, s.Wanted, s.Error = serial, wanted, err.Error() })
}

// refusedAgain is how long the log does not repeat why a pointer was refused: the same
// one is read at each poll.
const refusedAgain = time.Minute

// refuse notes a pointer that is not followed. Nobody is woken by it: whoever forges
// many must not have the node tell its state as often.
func (f *Follower) refuse(why error) {
	now := Refused{Count: 1, At: time.Now().UTC(), Reason: why.Error()}
	f.mu.Lock()
	last := f.status.Refused
	if last != nil {
		now.Count += last.Count
	}
	f.status.Refused = &now
	tell := last == nil || last.Reason != now.Reason || now.At.Sub(f.refusalTold) >= refusedAgain
	if tell {
		f.refusalTold = now.At
	}
	f.mu.Unlock()
	if tell {
		f.o.Log.Error("a configuration was refused; the one in force stays", "error", why, "refused", now.Count)
	}
}

func (f *Follower) set(change func(*Status)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.status)
	close(f.changed)
	f.changed = make(chan struct{})
}
