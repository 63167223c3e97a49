package gateway

import (
	"io"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

// replay is the feed of a stream that is told once more, in its own rhythm. A caller
// who takes it more slowly than that sets the pace.
type replay struct {
	call  *Call
	beats []cache.Beat
	due   time.Time // of the next beat
}

// newReplay makes the feed of a call's answer. The beats must not change until the
// call is released.
func newReplay(c *Call, beats []cache.Beat) *replay { return &replay{call: c, beats: beats} }

func (r *replay) next(until time.Time) (piece, error) {
	if len(r.beats) == 0 {
		return piece{}, io.EOF
	}
	now, b := time.Now(), r.beats[0]
	if r.due.IsZero() {
		r.due = now.Add(b.After)
	}
	if r.due.After(now) {
		_, err := waitFor[struct{}](r.call, nil, earlier(r.due, until))
		if err != os.ErrDeadlineExceeded || r.due.After(until) {
			return piece{}, err
		}
	}
	r.beats, r.due = r.beats[1:], time.Time{}
	return piece{bytes: b.Bytes}, nil
}

func (*replay) close() {}
