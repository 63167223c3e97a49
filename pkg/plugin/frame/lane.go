package frame

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// What waits on a lane at most.
const (
	laneFrames = 256
	laneBytes  = 32 << 20
)

const (
	// laneWide is how many frames of a lane are asked at once.
	laneWide = 4
	// laneFarewell is how long a plugin that is closed has for what waits still.
	laneFarewell = time.Second
)

// What a lane counts.
const (
	watchDropped = "after_call_dropped"
	watchFailed  = "after_call_failed"
)

// lane tells a guest of calls that are over, while they go their ways: no call waits for
// one that only watches. What is too much is dropped, and counted.
type lane struct {
	o       *Options
	frames  chan []byte
	bytes   atomic.Int64
	ctx     context.Context // of the asks
	cut     context.CancelFunc
	running sync.WaitGroup

	mu     sync.RWMutex
	closed bool
}

func newLane(o *Options) *lane {
	l := &lane{o: o, frames: make(chan []byte, laneFrames)}
	l.ctx, l.cut = context.WithCancel(context.Background())
	for range laneWide {
		l.running.Go(l.run)
	}
	return l
}

// put has the guest told, sooner or later.
func (l *lane) put(frame []byte) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return
	}
	if l.bytes.Add(int64(len(frame))) <= laneBytes {
		select {
		case l.frames <- frame:
			return
		default:
		}
	}
	l.bytes.Add(-int64(len(frame)))
	l.o.Count(watchDropped)
}

func (l *lane) run() {
	for frame := range l.frames {
		ctx, cancel := context.WithTimeout(l.ctx, l.o.Watch)
		_, err := l.o.Ask(ctx, plugin.AfterCall, frame)
		cancel()
		l.bytes.Add(-int64(len(frame)))
		if err != nil {
			l.o.Count(watchFailed)
		}
	}
}

// close ends the lane. What waits still is told, if that takes no longer than a second.
func (l *lane) close() {
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	if closed {
		return
	}
	close(l.frames)
	timer := time.AfterFunc(laneFarewell, l.cut)
	l.running.Wait()
	timer.Stop()
	l.cut()
}
