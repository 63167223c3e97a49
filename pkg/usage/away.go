package usage

import (
	"math/rand/v2"
	"time"
)

// away remembers that the other side cannot be reached, and when to try again.
// The zero value is in reach.
type away struct {
	pause time.Duration // 0 while it is in reach
	again time.Time
}

const (
	minPause = 50 * time.Millisecond
	maxPause = time.Second // so that things go on within a second of its return
)

func (a *away) tryNow() bool { return a.pause == 0 || !time.Now().Before(a.again) }

// failed says whether this is the first failure.
func (a *away) failed() bool {
	first := a.pause == 0
	a.pause = min(max(2*a.pause, minPause), maxPause)
	a.again = time.Now().Add(a.pause/2 + rand.N(a.pause/2))
	return first
}

// succeeded says whether it had failed before.
func (a *away) succeeded() bool {
	was := a.pause != 0
	*a = away{}
	return was
}
