// Hot path.

package keys

// ample is how many percent of its provider's limits a key must have left to be
// used with its whole weight.
const ample = 20

// Headroom notes how much of the provider's limits is left to key i, in percent.
// Below a fifth the key's weight shrinks in proportion, down to a twentieth: what
// is left of it finds out when there is more again.
func (s *Set) Headroom(i int, percent int64) {
	if i < 0 || i >= len(s.states) {
		return
	}
	scarcity := int(ample - min(max(percent, 1), ample))
	if scarcity == 0 && s.scarce.Load()>>i&1 == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.states[i]
	if k.scarcity == scarcity {
		return
	}
	k.scarcity = scarcity
	if scarcity > 0 {
		s.scarce.Or(1 << i)
	} else {
		s.scarce.And(^(uint64(1) << i))
	}
	s.reweigh()
}

// effective is a weight with regard to the key's headroom.
func (k *state) effective(weight int64) int64 {
	if k.scarcity == 0 {
		return weight
	}
	return max(weight*int64(ample-k.scarcity)/ample, min(weight, 1))
}
