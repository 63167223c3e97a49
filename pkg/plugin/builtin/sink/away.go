package sink

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"time"
)

// away is what a lane with a spool knows of a target that does not take lines.
type away struct {
	tries int       // that have failed in a row; 0: it is there
	again time.Time // when it is tried again
	next  int       // which of the batches on disk; the next one each time, so that none holds up the others
}

func (a *away) failed() {
	d := min(firstPause<<min(a.tries, 10), longestPause)
	a.tries++
	a.again = time.Now().Add(d/2 + rand.N(d/2))
}

// keep leaves a batch to the spool.
func (l *Lane) keep(lines [][]byte) {
	lost, err := l.spool.put(lines)
	l.countTimes("dropped", lost)
	if lost > 0 {
		l.log.Error("lines of a log are lost: there is no room on disk for more", "lines", lost)
	}
	if err != nil {
		l.lose(lines, err)
		return
	}
	l.countAll("spooled", lines)
}

// sendSpooled sends what waits on disk until the target does not take one, there is no more, or
// lines in memory make a batch. It returns when it wants to be called again, at the latest.
func (l *Lane) sendSpooled(ctx context.Context) time.Duration {
	for {
		if wait := time.Until(l.away.again); l.away.tries > 0 && wait > 0 {
			return wait
		}
		waiting := l.spool.waiting()
		if len(waiting) == 0 {
			l.away = away{}
			return math.MaxInt64
		}
		w := waiting[l.away.next%len(waiting)]
		lines, err := l.spool.read(w)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = l.send(ctx, lines)
		}
		switch {
		case err == nil:
			if l.away.tries > 0 {
				l.log.Info("a log's target takes lines again")
			}
			l.away.tries = 0
			l.spool.remove(w)
			l.countTimes("sent", w.lines)
		case IsPermanent(err), time.Since(w.since) > spoolAge:
			l.spool.remove(w)
			l.lose(lines, err)
		default:
			l.countTimes("retried", w.lines)
			l.away.failed()
			l.away.next++
		}
		if l.interrupted() {
			return 0
		}
	}
}

// interrupted says whether there is something else to do than to send what waits on disk.
func (l *Lane) interrupted() bool {
	select {
	case <-l.stop:
		return true
	default:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lines) >= l.batch.Lines || l.bytes >= l.batch.Bytes
}
