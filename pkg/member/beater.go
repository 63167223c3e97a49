package member

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// beatEvery is how often a node tells its state although nothing has happened.
const beatEvery = time.Second

// Beater tells the cluster how its node is.
type Beater struct {
	conn  *bus.Conn
	state func() State
	log   *slog.Logger
	now   chan struct{}
}

// NewBeater returns a beater that tells what state returns.
func NewBeater(c *bus.Conn, state func() State, log *slog.Logger) *Beater {
	return &Beater{conn: c, state: state, log: log, now: make(chan struct{}, 1)}
}

// Now has the state told at once, or, after several times in a row, within a quarter
// of a second. It does not wait.
func (b *Beater) Now() {
	select {
	case b.now <- struct{}{}:
	default: // it is about to be told
	}
}

// Run tells the state until ctx ends, and then that the node is gone.
func (b *Beater) Run(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	var p pace
	for {
		if err := b.beat(ctx); err != nil && ctx.Err() == nil {
			b.log.Debug("heartbeat", "error", err) // the connection's state is told elsewhere
		}
		if !b.await(ctx, tick.C, p.next(time.Now())) {
			b.leave()
			return
		}
	}
}

// await returns when it is time for a heartbeat: at a tick, or when there is cause for
// one and a pause is over. It reports false when ctx ends.
func (b *Beater) await(ctx context.Context, tick <-chan time.Time, pause time.Duration) bool {
	rested := time.NewTimer(pause)
	defer rested.Stop()
	var cause <-chan struct{}
	for {
		select {
		case <-rested.C:
			cause = b.now
		case <-cause:
			return true
		case <-tick:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// All nodes hear of each heartbeat. So that a cluster whose keys change all the time is
// not busy with that, heartbeats come no closer together than gap for long: burst of
// them may.
const (
	gap   = beatEvery / 4
	burst = 4
)

// pace spaces heartbeats.
type pace struct{ due time.Time }

// next returns how long to pause after a heartbeat.
func (p *pace) next(now time.Time) time.Duration {
	if p.due = p.due.Add(gap); p.due.Before(now) {
		p.due = now
	}
	return max(0, p.due.Sub(now)-burst*gap)
}

func (b *Beater) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	kv, err := b.conn.Control.Bucket(ctx, bus.Nodes)
	if err != nil {
		return err
	}
	s := b.state()
	s.Told = time.Now().UTC()
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = kv.Put(ctx, bus.Token(s.Node), data)
	return err
}

// leave takes the node off the list. If that fails, its last state expires.
func (b *Beater) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), beatEvery)
	defer cancel()
	if kv, err := b.conn.Control.Bucket(ctx, bus.Nodes); err == nil {
		_ = kv.Delete(ctx, bus.Token(b.conn.Node()))
	}
}
