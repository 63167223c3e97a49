// Hot path: nothing here allocates.

package keys

// Ready says whether one of the keys in eligible may be used now, or is to be probed.
func (s *Set) Ready(now int64, eligible uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now >= s.change {
		s.refresh(now, 1)
	}
	return eligible&(s.live|s.armed) != 0
}
