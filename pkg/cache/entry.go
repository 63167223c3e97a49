package cache

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Entry is an answer that is kept. It does not change once it is.
type Entry struct {
	ContentType string        `json:"content_type"`
	Body        []byte        `json:"-"` // of a whole answer
	Beats       []Beat        `json:"-"` // of a stream; nil for a whole answer
	Usage       api.Usage     `json:"usage"`
	CostNano    int64         `json:"cost_nano"` // what it cost, in nano-dollars
	Took        time.Duration `json:"took"`      // to make it

	Stored time.Time `json:"stored"`
	Origin
}

// Beat is a piece of a stream, and how long after the one before it it came.
type Beat struct {
	After time.Duration
	Bytes []byte
}

// entryOverhead is about what an entry takes beside its bytes.
const entryOverhead = 512

// Size is about how much memory the entry takes, in bytes.
func (e *Entry) Size() int {
	n := entryOverhead + len(e.Body) + len(e.Beats)*32
	for i := range e.Beats {
		n += len(e.Beats[i].Bytes)
	}
	return n
}
