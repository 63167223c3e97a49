package limits

import "time"

// Threshold is that what a limit's calls came to has reached its Warn. What calls
// under way hold is not in it, since it may come back. Of all nodes one is told, once
// in a period; once more where the shared count has lost its data, or Warn has changed.
type Threshold struct {
	Limit *Limit
	Used  int64 // by calls that are settled, or never will be
	// Began is when the calendar's period began; zero where the limit has none.
	Began time.Time
	// Reset is in how long the count begins anew, or all of it has left the window; 0:
	// not known, or never.
	Reset time.Duration
}
