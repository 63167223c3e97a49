package plugin

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Done is a call that is over. It is lent to [CallWatcher] until that returns.
type Done struct {
	*Call
	Began      time.Time
	Took       time.Duration
	FirstToken time.Duration // of a stream, since Began
	Status     int           // as the caller got it
	Err        *api.Error    // nil for one that succeeded
	Truncated  bool          // the stream broke off, or its caller left
	Attempts   int
	Key        string // name of the provider's key; never the key itself
	Usage      api.Usage
	CostNano   int64
	// Response is the answer, for a [ContentWatcher]: nil for a call that failed, and for an
	// operation that passes in the caller's own form.
	Response *api.Response
}
