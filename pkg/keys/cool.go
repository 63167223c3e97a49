package keys

import (
	"math"
	"math/rand/v2"
	"time"
)

// Cool keeps key i out of use until then, or longer if it is cooling for longer
// already. reason is shown in its State.
func (s *Set) Cool(i int, until int64, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.at(i); k != nil && until > k.until {
		s.coolUntil(k, until, reason)
	}
}

// Refused notes that the provider turned key i away for now (429, or a failure
// of the key's account) and returns until when it cools down: by Backoff of the
// refusals in a row, but never before what the provider asked for in this
// answer. Calls that were under way together and are refused together count as
// one refusal. retryAfter is 0 when the provider named no time.
func (s *Set) Refused(i int, now int64, retryAfter time.Duration, reason string) (until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.at(i)
	if k == nil {
		return now
	}
	until = max(k.until, now+int64(retryAfter))
	if k.until <= now {
		if retryAfter <= 0 {
			until = now + int64(Backoff(k.refusals))
		}
		k.refusals++
		s.troubled.Or(1 << i)
	}
	s.coolUntil(k, until, reason)
	return until
}

// Accepted notes that the provider took a call with key i: its next refusal is
// again a first one. It reports true when this brings the key back into use.
func (s *Set) Accepted(i int) bool {
	if i < 0 || i >= len(s.states) || s.troubled.Load()>>i&1 == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[i].refusals = 0
	return s.passed(i)
}

// Disable takes key i out of use until Enable or a reload: the provider does not
// know it (401), or does not permit what it is used for (403).
func (s *Set) Disable(i int, reason string) { s.setDisabled(i, true, reason) }

// Enable undoes Disable and ends a cool-down.
func (s *Set) Enable(i int) { s.setDisabled(i, false, "") }

func (s *Set) setDisabled(i int, disabled bool, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.at(i); k != nil {
		k.disabled = disabled
		s.coolUntil(k, 0, reason)
	}
}

// at returns the state of key i, nil if there is no such key.
func (s *Set) at(i int) *state {
	if i < 0 || i >= len(s.states) {
		return nil
	}
	return &s.states[i]
}

// coolUntil sets a key's cool-down and makes the next Pick see it.
func (s *Set) coolUntil(k *state, until int64, reason string) {
	k.until, k.reason = until, reason
	s.reweigh()
}

// reweigh makes the next Pick work out anew which keys are live and what each is due.
func (s *Set) reweigh() { s.change = math.MinInt64 }

// The cool-down of a key whose provider did not say how long to wait.
const (
	backoffFirst = time.Second
	backoffMost  = time.Minute
)

// Backoff returns how long to wait after the n-th failure in a row, from 0: one
// second, doubled each time up to a minute, and up to 20 % more or less at
// random, so that those who failed together do not come back together.
func Backoff(n int) time.Duration {
	d := backoffMost
	if n < 6 {
		d = min(backoffFirst<<max(n, 0), backoffMost)
	}
	return d*4/5 + rand.N(d*2/5)
}
