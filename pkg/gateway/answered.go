package gateway

import (
	"io"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// A call can be answered without a provider: by a plugin, out of a cache, by an agent
// that makes calls of its own. Whoever does so calls, before or in place of
// [Call.attempt], one of
//
//	c.answerWith(response)               a canonical answer, told as a stream where one was asked for
//	c.answerBytes(type, bytes, usage)    a whole answer in the caller's dialect
//	c.streamFrom(feed)                 a stream that is pulled: of canonical events, or of bytes
//
// and returns nil from its stage. From there on the call goes the way of any other: it
// is written in the caller's dialect, settled, counted and recorded, and a caller who
// leaves ends it.
//
// What c.Usage says in the end counts for the caller's limits of tokens; it comes from
// the answer, and a feed may set it otherwise when it is closed. Such a call costs
// nothing, unless c.cost is set.

// answerWith answers the call with r, of which nothing is changed. What r holds must
// not change until the call is released.
func (c *Call) answerWith(r *api.Response) {
	if c.Head.Stream {
		c.streamFrom(&told{events: r.AppendEvents(nil)})
		return
	}
	c.answerHere()
	c.request = &c.decoded // if there is none yet
	c.answer = *r
	c.Status, c.Usage = http.StatusOK, r.Usage
	c.finishAnswer()
}

// answerBytes answers the call with a whole body in the caller's dialect, which must
// not change until the call is released.
func (c *Call) answerBytes(contentType string, body []byte, u api.Usage) {
	c.answerHere()
	c.Status, c.ContentType, c.Answer, c.Usage = http.StatusOK, contentType, body, u
}

// answerHere notes that no provider answers. What one may have said before is forgotten.
func (c *Call) answerHere() {
	c.drop()
	c.here, c.exchange = true, exchange{key: -1}
	c.readOn.Store(false)
	c.Returned = c.Returned[:0]
	if !c.shadow {
		c.lookupSeries()
	}
}

// called is the model that the call went to, or as its caller named it where it went
// to none.
func (c *Call) called() string {
	if len(c.candidates) == 0 {
		return c.Head.Model
	}
	return c.Model()
}

// told is the feed of an answer that is there as a whole.
type told struct{ events []api.Event }

func (t *told) next(time.Time) (piece, error) {
	all := t.events
	if t.events = nil; all == nil {
		return piece{}, io.EOF
	}
	return piece{events: all}, nil
}

func (*told) close() {}
