package sink

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Target is where lines go. A lane calls it from one goroutine.
type Target interface {
	// Send delivers lines, of which it may keep nothing. An error that [Permanent] has
	// marked is not tried again. Errors hold no secret: they are logged.
	Send(ctx context.Context, lines [][]byte) error
}

// Permanent marks an error that another try would not mend.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// IsPermanent says whether an error was marked by [Permanent].
func IsPermanent(err error) bool { return errors.As(err, new(permanent)) }

// Lane takes lines to a target. Safe for concurrent use.
type Lane struct {
	target Target
	batch  Batch
	log    *slog.Logger
	count  func(what string)
	spool  *spool // nil: what waits does so in memory
	away   away   // the lane's goroutine's own

	mu      sync.Mutex
	lines   [][]byte
	bytes   int
	started bool
	closed  bool

	full chan struct{} // a batch is full
	stop chan struct{}
	done chan struct{}
}

// NewLane makes a lane; its goroutine starts with the first line, or now if some wait in dir, the
// folder for those whose target is away; empty: there is none. Count counts what becomes of
// lines: sent, retried, spooled, dropped.
func NewLane(to Target, b Batch, dir string, log *slog.Logger, count func(what string)) *Lane {
	l := &Lane{
		target: to, batch: b, log: log, count: count, spool: newSpool(dir, b),
		full: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	if l.spool != nil && len(l.spool.waiting()) > 0 {
		l.started = true
		go l.run()
	}
	return l
}

// Add takes a line, which belongs to the lane from then on. It never waits.
func (l *Lane) Add(line []byte) {
	l.mu.Lock()
	if l.closed || len(l.lines) >= l.batch.Queue || l.bytes+len(line) > l.batch.QueueMB<<20 {
		l.mu.Unlock()
		l.count("dropped")
		return
	}
	l.lines = append(l.lines, line)
	l.bytes += len(line)
	full := len(l.lines) >= l.batch.Lines || l.bytes >= l.batch.Bytes
	start := !l.started
	l.started = true
	l.mu.Unlock()
	if start {
		go l.run()
	}
	if full {
		select {
		case l.full <- struct{}{}:
		default:
		}
	}
}

// closePatience is how long a lane that is closed goes on with what is left.
const closePatience = 10 * time.Second

// Close sends what is left, for ten seconds at most, and leaves the rest to the spool, or drops it.
func (l *Lane) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	started := l.started
	l.mu.Unlock()
	if !started {
		return
	}
	close(l.stop)
	<-l.done
}

// run sends batches until the lane is closed, and then what is left.
func (l *Lane) run() {
	defer close(l.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	interval := millis(l.batch.Interval)
	due := time.Now().Add(interval) // when a batch has waited long enough
	timer := time.NewTimer(l.untilNext(ctx, due))
	defer timer.Stop()
	for stopping := false; !stopping; {
		least := 1
		select {
		case <-timer.C:
			if time.Now().Before(due) { // what waits on disk is to be tried
				least = l.batch.Lines
			}
		case <-l.full:
			least = l.batch.Lines
		case <-l.stop:
			stopping = true
			defer time.AfterFunc(closePatience, cancel).Stop()
		}
		for {
			lines := l.take(least)
			if len(lines) == 0 {
				break
			}
			l.deliver(ctx, lines)
			if !stopping {
				least, due = l.batch.Lines, time.Now().Add(interval)
			}
		}
		if now := time.Now(); !due.After(now) {
			due = now.Add(interval)
		}
		if !stopping {
			timer.Reset(l.untilNext(ctx, due))
		}
	}
}

// untilNext sends what waits on disk, as far as that can be, and returns how long there is nothing to do.
func (l *Lane) untilNext(ctx context.Context, due time.Time) time.Duration {
	if l.spool == nil {
		return time.Until(due)
	}
	again := l.sendSpooled(ctx)
	return min(time.Until(due), again)
}

// take takes a batch from the queue; none if that has fewer than least lines, and fewer bytes
// than make a batch.
func (l *Lane) take(least int) [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) < least && l.bytes < l.batch.Bytes {
		return nil
	}
	n, size := 0, 0
	for n < len(l.lines) && n < l.batch.Lines {
		if size += len(l.lines[n]); n > 0 && size > l.batch.Bytes {
			size -= len(l.lines[n])
			break
		}
		n++
	}
	lines := make([][]byte, n)
	copy(lines, l.lines)
	rest := copy(l.lines, l.lines[n:])
	clear(l.lines[rest:])
	l.lines, l.bytes = l.lines[:rest], l.bytes-size
	return lines
}

// send tries once.
func (l *Lane) send(ctx context.Context, lines [][]byte) error {
	within, cancel := context.WithTimeout(ctx, millis(l.batch.Timeout))
	defer cancel()
	return l.target.Send(within, lines)
}

// deliver sends a batch until it is taken, cannot be, or was tried often enough. Where there is a
// spool, that has it after the first try, and what comes then without any.
func (l *Lane) deliver(ctx context.Context, lines [][]byte) {
	if l.away.tries > 0 {
		l.keep(lines)
		return
	}
	for try := 1; ; try++ {
		err := l.send(ctx, lines)
		switch {
		case err == nil:
			if try > 1 {
				l.log.Info("a log's target takes lines again")
			}
			l.countAll("sent", lines)
			return
		case l.spool != nil && !IsPermanent(err):
			l.log.Warn("a log's target does not take lines; they wait on disk", "error", err)
			l.away.failed()
			l.keep(lines)
			return
		case IsPermanent(err), try >= l.batch.Tries, ctx.Err() != nil:
			l.lose(lines, err)
			return
		case try == 1:
			l.log.Warn("a log's target does not take lines; trying on", "error", err)
		}
		l.countAll("retried", lines)
		l.pause(ctx, try)
	}
}

func (l *Lane) lose(lines [][]byte, err error) {
	l.log.Error("lines of a log are lost: their target did not take them", "lines", len(lines), "error", err)
	l.countAll("dropped", lines)
}

func (l *Lane) countAll(what string, lines [][]byte) { l.countTimes(what, len(lines)) }

func (l *Lane) countTimes(what string, n int) {
	for range n {
		l.count(what)
	}
}

// The pauses before a batch is sent again.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = time.Minute
	hurry        = 250 * time.Millisecond // while the lane is closed
)

// pause waits before the next try: longer each time, but not for long while the lane is closed.
func (l *Lane) pause(ctx context.Context, try int) {
	d := min(firstPause<<min(try-1, 10), longestPause)
	stop := l.stop
	select {
	case <-stop:
		d, stop = min(d, hurry), nil
	default:
	}
	timer := time.NewTimer(d/2 + rand.N(d/2))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-stop:
	}
}
