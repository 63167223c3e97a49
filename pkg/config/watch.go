package config

import (
	"context"
	"time"
)

// DefaultWatchInterval is how often a Watcher looks.
const DefaultWatchInterval = time.Second

// Watcher reads a file again when it, or a file that it refers to, has changed.
// It compares contents at an interval, because notifications of the kernel miss
// what bind mounts, swapped symbolic links of Kubernetes and editors that rename
// do. It has no goroutine of its own.
type Watcher struct {
	path   string
	opts   []Option
	reload chan struct{}
	files  fileDigests // as of the last reading
}

// NewWatcher watches the file at path.
func NewWatcher(path string, opts ...Option) *Watcher {
	return &Watcher{path: path, opts: opts, reload: make(chan struct{}, 1)}
}

// Load reads the file as the function Load does. Only later changes are then
// reported by Run, so no change between the two is missed. It must not be called
// while Run runs.
func (w *Watcher) Load() (*Config, []Note, error) {
	l := load(w.path, newOptions(w.opts))
	w.files = l.files
	if l.problems != nil {
		return nil, l.notes, l.problems
	}
	return l.config, l.notes, nil
}

// Reload makes Run read the file again even if nothing seems to have changed.
// It does not wait and may be called by any goroutine.
func (w *Watcher) Reload() {
	select {
	case w.reload <- struct{}{}:
	default: // one is asked for already
	}
}

// Run looks at the files every interval (0: DefaultWatchInterval) until ctx ends.
// It calls onChange with each new configuration, and onError, once for each
// change, with the *Problems of a file that cannot be used; what was there before
// holds on then. Both are called on Run's goroutine, one at a time.
func (w *Watcher) Run(ctx context.Context, every time.Duration, onChange func(*Config, []Note), onError func(error)) {
	if every <= 0 {
		every = DefaultWatchInterval
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	w.run(ctx, ticker.C, onChange, onError)
}

func (w *Watcher) run(ctx context.Context, ticks <-chan time.Time, onChange func(*Config, []Note), onError func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.reload:
			w.read(onChange, onError)
		case <-ticks:
			w.look(onChange, onError)
		}
	}
}

// look reads the file if something has changed.
func (w *Watcher) look(onChange func(*Config, []Note), onError func(error)) {
	if w.changed() {
		w.read(onChange, onError)
	}
}

func (w *Watcher) read(onChange func(*Config, []Note), onError func(error)) {
	if c, notes, err := w.Load(); err != nil {
		onError(err)
	} else {
		onChange(c, notes)
	}
}

// changed says whether a file differs from what was last read.
func (w *Watcher) changed() bool {
	o := newOptions(w.opts)
	for name, before := range w.files {
		limit := int64(maxReferencedBytes)
		if name == w.path {
			limit = maxFileBytes
		}
		if digest(o.read(name, limit)) != before {
			return true
		}
	}
	return w.files == nil
}
