package alert

import (
	"slices"
	"strings"
	"time"
)

// settle is how long something must not be seen before it is over, so that what comes
// and goes is not told each time.
const settle = 30 * time.Second

// Look tells what is seen of what a rule looks at, and whether what is not seen is
// known not to be.
type Look func(r *Rule) (seen []Signal, known bool)

// Input is what a step goes by.
type Input struct {
	Now      time.Time
	Rules    []Rule
	Channels []Channel
	Silences []Silence
	Open     []Alert
	Look     Look
}

// Step says what becomes of the alerts that are open, which ones begin, and what is to
// be told. It changes nothing.
func Step(in *Input) Changes {
	s := step{Input: in, open: make(map[string]*Alert, len(in.Open)), told: notices{now: in.Now}}
	for i := range in.Open {
		a := in.Open[i]
		s.open[a.Fingerprint()] = &a
	}
	for i := range in.Rules {
		s.rule(&in.Rules[i])
	}
	for _, left := range s.left() { // their rules are gone
		s.end(nil, left)
	}
	s.out.Notices = s.told.list()
	return s.out
}

type step struct {
	*Input
	open map[string]*Alert // that no rule has dealt with yet
	told notices
	out  Changes
}

// rule deals with what a rule looks at. Of two signals of a subject, the first counts.
func (s *step) rule(r *Rule) {
	seen, known := s.Look(r)
	dealt, over := map[string]bool{}, map[string]bool{}
	for i := range seen {
		signal := seen[i]
		signal.clean()
		past := !signal.Until.IsZero() && !signal.Until.After(s.Now)
		if past || dealt[signal.Subject] || !r.takes(&signal) {
			continue
		}
		dealt[signal.Subject], over[signal.Subject] = true, signal.Over
		if signal.Over {
			continue
		}
		key := fingerprint(r.Name, signal.Subject)
		if a, there := s.open[key]; there {
			delete(s.open, key)
			s.goOn(r, a, &signal)
		} else {
			s.begin(r, &signal)
		}
	}
	for _, a := range s.left() {
		if a.Rule != r.Name {
			continue
		}
		delete(s.open, a.Fingerprint())
		if !over[a.Subject] && s.holds(a, known) {
			s.tell(r, a, *a)
		} else {
			s.end(r, a)
		}
	}
}

// holds says whether an alert goes on that is not seen now.
func (s *step) holds(a *Alert, known bool) bool {
	if !a.Until.IsZero() {
		return a.Until.After(s.Now)
	}
	return !known || s.Now.Sub(a.Seen) < settle
}

// left are the alerts that no rule has dealt with, in their order.
func (s *step) left() []*Alert {
	left := make([]*Alert, 0, len(s.open))
	for _, a := range s.open {
		left = append(left, a)
	}
	slices.SortFunc(left, func(a, b *Alert) int { return strings.Compare(a.ID, b.ID) })
	return left
}

func (s *step) begin(r *Rule, signal *Signal) {
	a := &Alert{
		ID: newID(s.Now), Rule: r.Name, Kind: r.Kind, Severity: r.Severity, Subject: signal.Subject, Summary: signal.Summary,
		Percent: signal.Percent, State: Pending, Started: s.Now, Seen: s.Now, Until: signal.Until,
	}
	s.fire(r, a)
	s.notify(r, a)
	s.out.Made = append(s.out.Made, *a)
}

func (s *step) goOn(r *Rule, a *Alert, signal *Signal) {
	was := *a
	a.Severity, a.Summary, a.Percent, a.Seen = r.Severity, signal.Summary, signal.Percent, s.Now
	if signal.Until.After(a.Until) {
		a.Until = signal.Until
	}
	s.fire(r, a)
	s.tell(r, a, was)
}

// fire has an alert fire that has been pending for long enough.
func (s *step) fire(r *Rule, a *Alert) {
	if a.State == Pending && s.Now.Sub(a.Started) >= r.For {
		a.State, a.Fired = Firing, s.Now
	}
}

// tell tells of an alert if it is time, and keeps it if that or anything else but the
// time at which it was seen has changed. That time is kept now and then.
func (s *step) tell(r *Rule, a *Alert, was Alert) {
	s.notify(r, a)
	same := was
	same.Seen = a.Seen
	if same != *a || a.Seen.Sub(was.Seen) >= settle/3 {
		s.out.Changed = append(s.out.Changed, *a)
	}
}

// notify has each channel told that takes the alert, when it has begun or a repeat is
// due.
func (s *step) notify(r *Rule, a *Alert) {
	switch {
	case a.State != Firing, s.silenced(a):
		return
	case a.Notices > 0 && (!a.Acknowledged.IsZero() || s.Now.Sub(a.Notified) < r.Repeat):
		return
	}
	channels := s.channels(r, a)
	if len(channels) == 0 {
		return
	}
	a.Notices++
	a.Notified = s.Now
	for _, name := range channels {
		s.told.add(name, Firing, a)
	}
}

// end ends an alert. Who was told that it began is told.
func (s *step) end(r *Rule, a *Alert) {
	if a.State == Pending {
		s.out.Gone = append(s.out.Gone, a.ID)
		return
	}
	a.State, a.Resolved = Resolved, s.Now
	if a.Notices > 0 && !s.silenced(a) {
		for _, name := range s.channels(r, a) {
			if find(s.Channels, name).TellsResolved {
				s.told.add(name, Resolved, a)
			}
		}
	}
	s.out.Changed = append(s.out.Changed, *a)
}

func (s *step) silenced(a *Alert) bool {
	return slices.ContainsFunc(s.Silences, func(x Silence) bool { return x.Silences(a, s.Now) })
}

// channels are the names of those that are told of an alert. Without its rule, which
// is gone, it is each that takes it.
func (s *step) channels(r *Rule, a *Alert) []string {
	var names []string
	for i := range s.Channels {
		c := &s.Channels[i]
		if c.takes(a) && (r == nil || len(r.Channels) == 0 || slices.Contains(r.Channels, c.Name)) {
			names = append(names, c.Name)
		}
	}
	return names
}
