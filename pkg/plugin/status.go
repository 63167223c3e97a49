package plugin

import (
	"maps"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Status is what a plugin has done on a node.
type Status struct {
	// State is active, isolated (it has crashed too often), failing (its last error is
	// from the last minute), or absent (it cannot be made here).
	State         string
	Calls         uint64 // of its hooks
	Errors        uint64 // of them, those in which it failed or crashed
	IsolatedSince time.Time
	IsolatedUntil time.Time
	LastError     string // less what looks like a secret
	LastErrorAt   time.Time
	Points        []PointStatus // those at which it was called
	Counts        map[string]uint64
}

// PointStatus is what a plugin has done at one point.
type PointStatus struct {
	Point    Point
	Verdicts [verdicts]uint64
	Calls    uint64
	Total    time.Duration
	Buckets  [buckets]uint64
}

// Status returns how the plugin is.
func (s *State) Status() Status {
	out := Status{State: "active"}
	for p := range points {
		m := &s.points[p]
		ps := PointStatus{Point: p, Total: time.Duration(m.nanos.Load())}
		for i := range ps.Buckets {
			ps.Buckets[i] = m.buckets[i].Load()
			ps.Calls += ps.Buckets[i]
		}
		for v := range verdicts {
			ps.Verdicts[v] = m.verdicts[v].Load()
		}
		if ps.Calls == 0 && ps.Verdicts[Skipped] == 0 {
			continue
		}
		out.Calls += ps.Calls
		out.Errors += ps.Verdicts[HasFailed] + ps.Verdicts[HasCrashed]
		out.Points = append(out.Points, ps)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	out.LastError, out.LastErrorAt = shortly(s.last), s.lastAt
	if now.Sub(s.lastAt) < time.Minute {
		out.State = "failing"
	}
	if until := s.until.Load(); until > now.UnixNano() {
		out.State, out.IsolatedSince, out.IsolatedUntil = "isolated", s.since, time.Unix(0, until)
	}
	if s.absent != "" {
		out.State, out.LastError = "absent", shortly(s.absent)
	}
	out.Counts = maps.Clone(s.counts)
	return out
}

// What is told of an error, and what of it is looked through for secrets: bytes.
const (
	maxReason = 300
	maxLooked = 4 << 10
)

// shortly is what may be told of an error.
func shortly(what string) string {
	what = secret.RedactKept(what[:min(len(what), maxLooked)])
	return strings.ToValidUTF8(what[:min(len(what), maxReason)], "")
}

// Took returns up to what duration so many of the calls took, from 0 to 1, at all points.
func (s *Status) Took(q float64) time.Duration {
	var all PointStatus
	for i := range s.Points {
		all.Calls += s.Points[i].Calls
		for b, n := range s.Points[i].Buckets {
			all.Buckets[b] += n
		}
	}
	return all.Quantile(q)
}

// Said returns how often there was each verdict, by its name.
func (p *PointStatus) Said() map[string]uint64 {
	said := map[string]uint64{}
	for v, n := range p.Verdicts {
		if n > 0 {
			said[Verdict(v).String()] = n
		}
	}
	return said
}

// Bound returns the upper bound of a bucket.
func Bound(bucket int) time.Duration { return 1 << (bucket + firstBucket) }

// Quantile returns up to what duration so many of the calls took, from 0 to 1: the bound
// of the bucket; 0 if there were none.
func (p *PointStatus) Quantile(q float64) time.Duration {
	below, want := uint64(0), q*float64(p.Calls)
	for i, n := range p.Buckets {
		if below += n; n > 0 && float64(below) >= want {
			return Bound(i)
		}
	}
	return 0
}
