package limits

import "context"

// LeasesByHand are leases in which nothing runs in the background, but is done by
// Work.
func LeasesByHand(shared Shared, o LeaseOptions) *Leases { return newLeases(shared, o) }

// Work does what would run in the background.
func (l *Leases) Work() {
	for len(l.wanted) > 0 {
		l.fill(context.Background(), <-l.wanted)
	}
	l.tend(context.Background(), l.now())
}
