package breaker

// Hot path where the plugin is configured.

import "time"

// slots divide the window: what is older than it is forgotten by slots.
const slots = 10

// circuit is what is known of a model. The breaker's lock guards it.
type circuit struct {
	slots [slots]slot
	until time.Time     // open until then; the zero time while it is closed
	wait  time.Duration // how long it was opened for last
	probe time.Time     // when the probe under way began; the zero time for none
}

type slot struct {
	at      int64 // which slot of time it counts
	ok, bad int32
}

// rules are the settings, as circuits go by them.
type rules struct {
	failures    int
	part        float64
	slot        time.Duration // a tenth of the window
	wait        time.Duration
	waitAtMost  time.Duration
	probeAtMost time.Duration // a probe that says nothing for so long is given up
}

func (c *circuit) isOpen() bool { return !c.until.IsZero() }

// enter says whether an attempt may be made, and when to come back if not.
func (c *circuit) enter(r *rules, now time.Time) (ok bool, after time.Duration) {
	switch {
	case !c.isOpen():
		return true, 0
	case now.Before(c.until):
		return false, c.until.Sub(now)
	case !c.probe.IsZero() && now.Sub(c.probe) < r.probeAtMost:
		return false, r.wait
	}
	c.probe = now
	return true, 0
}

// passed counts an attempt that was answered. It reports whether that closes the circuit.
func (c *circuit) passed(r *rules, now time.Time) (closed bool) {
	if c.isOpen() {
		*c = circuit{}
		return true
	}
	c.slot(r, now).ok++
	return false
}

// failed counts an attempt that has failed. It reports whether that opens the circuit.
func (c *circuit) failed(r *rules, now time.Time) (opened bool) {
	if c.isOpen() {
		if c.probe.IsZero() {
			return false // an attempt that had begun before
		}
		c.open(now, min(2*c.wait, r.waitAtMost))
		return false
	}
	c.slot(r, now).bad++
	var ok, bad int32
	oldest := now.UnixNano()/int64(r.slot) - slots
	for _, s := range c.slots {
		if s.at > oldest {
			ok, bad = ok+s.ok, bad+s.bad
		}
	}
	if int(bad) < r.failures || float64(bad) < r.part*float64(ok+bad) {
		return false
	}
	c.open(now, r.wait)
	return true
}

func (c *circuit) open(now time.Time, wait time.Duration) {
	*c = circuit{until: now.Add(wait), wait: wait}
}

// slot returns the slot of now, emptied if it was an older one's.
func (c *circuit) slot(r *rules, now time.Time) *slot {
	at := now.UnixNano() / int64(r.slot)
	s := &c.slots[at%slots]
	if s.at != at {
		*s = slot{at: at}
	}
	return s
}

// idle says whether nothing is known any more.
func (c *circuit) idle(r *rules, now time.Time) bool {
	if c.isOpen() {
		return false
	}
	oldest := now.UnixNano()/int64(r.slot) - slots
	for _, s := range c.slots {
		if s.at > oldest {
			return false
		}
	}
	return true
}
