package transcript

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Publisher takes batches to the store's end; see usage.Publisher, whose contract it has.
type Publisher interface {
	Publish(ctx context.Context, id string, batch []byte) error
}

// KeeperOptions are what a [Keeper] is made of. All are needed.
type KeeperOptions struct {
	Node      string
	Publisher Publisher
	Metrics   *telemetry.Metrics
	Log       *slog.Logger
}

// Keeper takes what the calls of a node have said to the log. Put and Listen are safe for
// concurrent use, and never wait; Run does the work, in one goroutine.
//
// What was heard waits in memory, at most 32 MiB of it, for as long as it takes to publish.
// It dies with the process, and is dropped where it cannot be published.
type Keeper struct {
	o       KeeperOptions
	streams room // what streams have collected
	heard   room // what waits
	ready   chan struct{}

	mu      sync.Mutex
	waiting []Heard

	packer *packer
	run    string // sets this process's batches apart from those of an earlier one
	seq    uint64
	away   bool // the last batch could not be published
}

const (
	// What waits is told when so many have come, or after a while.
	enough      = 64
	publishWait = 500 * time.Millisecond
	// lineBytes is how long the lines of a batch get. Even if nothing can be compressed,
	// and one text more is as long as can be, a batch fits into a message.
	lineBytes      = 256 << 10
	publishTimeout = 2 * time.Second
)

// NewKeeper returns a keeper. Nothing is published unless Run is running.
func NewKeeper(o KeeperOptions) *Keeper {
	return &Keeper{o: o, ready: make(chan struct{}, 1), run: strconv.FormatUint(rand.Uint64(), 36)}
}

// Put hands over what a call has said. Where there is no room it is dropped, and counted.
func (k *Keeper) Put(h Heard) {
	if !k.heard.take(h.size()) {
		k.drop(1)
		return
	}
	k.mu.Lock()
	k.waiting = append(k.waiting, h)
	many := len(k.waiting) == enough
	k.mu.Unlock()
	if many {
		select {
		case k.ready <- struct{}{}:
		default:
		}
	}
}

func (k *Keeper) drop(n int) {
	k.o.Metrics.Transcripts.WithLabelValues("dropped").Add(float64(n))
}

// Run publishes what is heard until ctx ends, and then what is left.
func (k *Keeper) Run(ctx context.Context) {
	k.packer = newPacker()
	defer k.packer.close()
	ticker := time.NewTicker(publishWait)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-k.ready:
		case <-ticker.C:
		case <-ctx.Done():
		}
		k.step(context.WithoutCancel(ctx))
	}
	k.step(context.WithoutCancel(ctx)) // what came while the last was published
}

// step publishes what waits.
func (k *Keeper) step(ctx context.Context) {
	k.mu.Lock()
	all := k.waiting
	k.waiting = nil
	k.mu.Unlock()
	var lines []byte
	held := 0
	for i := range all {
		lines = k.add(lines, &all[i])
		k.heard.give(all[i].size())
		all[i] = Heard{}
		if held++; len(lines) >= lineBytes {
			k.send(ctx, lines, held)
			lines, held = lines[:0], 0
		}
	}
	if len(lines) > 0 {
		k.send(ctx, lines, held)
	}
}

// add puts the line of one behind others. A text of which none can be made takes nothing
// but itself along.
func (k *Keeper) add(lines []byte, h *Heard) (out []byte) {
	defer func() {
		if v := recover(); v != nil {
			k.o.Log.Error("what was said in a call cannot be kept", "call", h.CallID, "panic", v)
			k.drop(1)
			out = lines
		}
	}()
	t := h.transcript()
	out, err := appendLine(lines, &t)
	if err != nil {
		k.o.Log.Error("what was said in a call cannot be kept", "error", err)
		k.drop(1)
	}
	return out
}

func (k *Keeper) send(ctx context.Context, lines []byte, held int) {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	k.seq++
	err := k.o.Publisher.Publish(ctx, fmt.Sprintf("%s.%s.%d", k.o.Node, k.run, k.seq), k.packer.pack(lines))
	if err == nil {
		k.o.Metrics.Transcripts.WithLabelValues("published").Add(float64(held))
	} else {
		k.drop(held)
	}
	switch away := err != nil; {
	case errors.Is(err, bus.ErrTooLarge):
		k.o.Log.Error("what was said in calls is too long to be kept", "calls", held)
	case away && !k.away:
		k.o.Log.Warn("what is said in calls is not kept for now", "error", err)
		k.away = true
	case !away && k.away:
		k.o.Log.Info("what is said in calls is kept again")
		k.away = false
	}
}
