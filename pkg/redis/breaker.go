package redis

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// ErrAway is returned without asking while Redis is known to be away.
var ErrAway = errors.New("redis is away")

const (
	failuresToOpen = 5
	probeEvery     = 250 * time.Millisecond
)

// State tells how Redis does, for readiness and for an operator.
type State struct {
	Up    bool
	Since time.Time // when it became so
	Err   error     // the last failure, nil if there was none
}

// breaker spares calls the wait for a Redis that does not answer.
type breaker struct {
	open     atomic.Bool
	failures atomic.Int32 // in a row

	log   *slog.Logger
	probe func(context.Context) error
	stop  context.CancelFunc
	alive context.Context
	done  sync.WaitGroup

	// serving ends when the breaker opens: whoever waits for a connection is let go.
	serving atomic.Pointer[serving]

	mu    sync.Mutex
	since time.Time
	err   error
}

// serving is a time in which Redis is believed to answer.
type serving struct {
	context.Context
	end context.CancelFunc
}

func (b *breaker) begin(log *slog.Logger, probe func(context.Context) error) {
	b.log, b.probe, b.since = log, probe, time.Now()
	b.alive, b.stop = context.WithCancel(context.Background())
	b.serve()
}

func (b *breaker) serve() {
	ctx, end := context.WithCancel(context.Background())
	b.serving.Store(&serving{ctx, end})
}

func (b *breaker) end() {
	b.stop()
	b.done.Wait()
	b.serving.Load().end()
}

func (b *breaker) state() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return State{Up: !b.open.Load(), Since: b.since, Err: b.err}
}

// note takes the outcome of a script into account.
func (b *breaker) note(ctx context.Context, err error) {
	switch {
	case err == nil || !isAway(err):
		if b.failures.Load() != 0 {
			b.failures.Store(0)
		}
	case errors.Is(ctx.Err(), context.Canceled): // the caller left; that says nothing
	case b.failures.Add(1) >= failuresToOpen && b.open.CompareAndSwap(false, true):
		b.opened(err)
	}
}

func (b *breaker) opened(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.since, b.err = time.Now(), err
	b.serving.Load().end()
	if b.alive.Err() != nil {
		return
	}
	b.log.Warn("redis is away", "error", err)
	b.done.Go(b.watch)
}

// watch probes until Redis is back.
func (b *breaker) watch() {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-b.alive.Done():
			return
		case <-tick.C:
		}
		if b.probe(b.alive) == nil {
			b.closed()
			return
		}
	}
}

func (b *breaker) closed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log.Info("redis is back", "away", time.Since(b.since).Round(time.Millisecond))
	b.since = time.Now()
	b.failures.Store(0)
	b.serve()
	b.open.Store(false)
}

// unable are the words that begin the answers of a server which cannot serve
// anything now, whatever it is asked.
var unable = [...]string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "OOM", "MISCONF", "BUSY",
	"NOAUTH", "WRONGPASS", "NOPERM", "ERR max number of clients",
}

// isAway says whether an error means that Redis is not there, rather than that
// it does not like what it was asked.
func isAway(err error) bool {
	var answer goredis.Error
	if !errors.As(err, &answer) {
		return true
	}
	for _, word := range unable {
		if strings.HasPrefix(answer.Error(), word) {
			return true
		}
	}
	return false
}
