package alert

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// world keeps what steps find, as a record does, and counts what is told.
type world struct {
	now      time.Time
	rules    []Rule
	channels []Channel
	silences []Silence
	open     map[string]Alert
	resolved []Alert
	told     []Notice
	known    bool
}

func newWorld(rules ...Rule) *world {
	return &world{now: noon, rules: rules, channels: []Channel{{Name: "ops", TellsResolved: true}}, open: map[string]Alert{}, known: true}
}

// step steps at a later time, at which these signals are seen, and returns what is told.
func (w *world) step(after time.Duration, seen ...Signal) []Notice {
	w.now = w.now.Add(after)
	in := Input{Now: w.now, Rules: w.rules, Channels: w.channels, Silences: w.silences}
	for _, a := range w.open {
		in.Open = append(in.Open, a)
	}
	in.Look = func(r *Rule) ([]Signal, bool) {
		var of []Signal
		for _, s := range seen {
			if s.Kind == r.Kind {
				of = append(of, s)
			}
		}
		return of, w.known
	}
	out := Step(&in)
	for _, a := range append(out.Made, out.Changed...) {
		if a.State == Resolved {
			delete(w.open, a.ID)
			w.resolved = append(w.resolved, a)
			continue
		}
		w.open[a.ID] = a
	}
	for _, id := range out.Gone {
		delete(w.open, id)
	}
	w.told = append(w.told, out.Notices...)
	return out.Notices
}

func statuses(told []Notice) []State {
	all := []State{}
	for i := range told {
		all = append(all, told[i].Status)
	}
	return all
}

var (
	lost   = Rule{Name: "node_lost", Kind: NodeLost, Severity: Critical, For: 15 * time.Second, Repeat: time.Hour}
	spent  = Rule{Name: "spent", Kind: BudgetExhausted, Severity: Warning, Repeat: time.Hour}
	n1Lost = Signal{Kind: NodeLost, Subject: "n1", Summary: "n1 is gone"}
)

func TestAnAlertFiresWhenItHasBeenSoForLongEnoughAndIsToldOnce(t *testing.T) {
	w := newWorld(lost)
	require.Empty(t, w.step(0, n1Lost))
	require.Empty(t, w.step(10*time.Second, n1Lost))
	require.Equal(t, []State{Firing}, statuses(w.step(5*time.Second, n1Lost)))
	require.Empty(t, w.step(5*time.Second, n1Lost))
	require.Equal(t, []State{Firing}, statuses(w.step(time.Hour, n1Lost)), "a repeat")
	require.Empty(t, w.step(settle-time.Second), "it may come back")
	require.Equal(t, []State{Resolved}, statuses(w.step(settle)))
	require.Empty(t, w.step(time.Hour))
	require.Empty(t, w.open)
}

func TestWhatPassesSoonIsNotTold(t *testing.T) {
	w := newWorld(lost)
	w.step(0, n1Lost)
	require.Empty(t, w.step(settle))
	require.Empty(t, w.open)
	require.Empty(t, w.resolved, "nor is it remembered")
}

func TestWhatIsNotKnownChangesNothing(t *testing.T) {
	w := newWorld(lost)
	w.step(0, n1Lost)
	w.step(15*time.Second, n1Lost)
	w.known = false
	require.Empty(t, w.step(10*time.Minute))
	require.Len(t, w.open, 1)
}

func TestAnEventHoldsUntilItsTimeOrUntilItIsOver(t *testing.T) {
	event := Signal{Kind: BudgetExhausted, Subject: "team:red:money", Until: noon.Add(2 * time.Hour)}
	w := newWorld(spent)
	require.Len(t, w.step(0, event), 1)
	require.Empty(t, w.step(59*time.Minute))
	require.Equal(t, []State{Firing}, statuses(w.step(time.Minute)), "a repeat")
	require.Equal(t, []State{Resolved}, statuses(w.step(time.Hour)))
	require.Empty(t, w.step(time.Minute, event), "it is past")

	event.Until = w.now.Add(time.Hour)
	require.Len(t, w.step(time.Minute, event), 1)
	event.Over = true
	require.Equal(t, []State{Resolved}, statuses(w.step(time.Minute, event)))
}

func TestAnAcknowledgedAlertIsNotRepeatedButItsEndIsTold(t *testing.T) {
	w := newWorld(spent)
	event := Signal{Kind: BudgetExhausted, Subject: "x", Until: noon.Add(5 * time.Hour)}
	w.step(0, event)
	for id, a := range w.open {
		a.Acknowledged, a.AcknowledgedBy = w.now, "ann"
		w.open[id] = a
	}
	require.Empty(t, w.step(4*time.Hour))
	require.Equal(t, []State{Resolved}, statuses(w.step(time.Hour)))
}

func TestASilencedAlertIsToldWhenTheSilenceEnds(t *testing.T) {
	w := newWorld(spent)
	w.silences = []Silence{{Subject: "team:*", From: noon, Until: noon.Add(time.Hour)}}
	event := Signal{Kind: BudgetExhausted, Subject: "team:red:money", Until: noon.Add(5 * time.Hour)}
	other := Signal{Kind: BudgetExhausted, Subject: "vk:1:money", Until: noon.Add(5 * time.Hour)}
	told := w.step(0, event, other)
	require.Len(t, told, 1)
	require.Equal(t, "vk:1:money", told[0].Alerts[0].Subject)
	require.Len(t, w.open, 2, "it is seen nevertheless")
	told = w.step(time.Hour)
	require.Len(t, told, 1)
	require.Len(t, told[0].Alerts, 2, "the repeat of one, and the other's first")
}

func TestWhatNobodyWasToldOfEndsInSilence(t *testing.T) {
	w := newWorld(spent)
	w.channels = nil
	w.step(0, Signal{Kind: BudgetExhausted, Subject: "x", Until: noon.Add(time.Hour)})
	w.channels = []Channel{{Name: "ops", TellsResolved: true}}
	require.Empty(t, w.step(2*time.Hour))
	require.Len(t, w.resolved, 1)
}

func TestChannelsTakeWhatTheyAreFor(t *testing.T) {
	w := newWorld(lost, spent)
	w.rules[0].For = 0
	w.channels = []Channel{
		{Name: "all", TellsResolved: true},
		{Name: "critical", Min: Critical, TellsResolved: true},
		{Name: "money", Rules: []string{"spent*"}, TellsResolved: false},
	}
	names := func(told []Notice) []string {
		var all []string
		for i := range told {
			all = append(all, told[i].Channel+" "+string(told[i].Status))
		}
		slices.Sort(all)
		return all
	}
	event := Signal{Kind: BudgetExhausted, Subject: "x", Until: noon.Add(time.Hour)}
	require.Equal(t, []string{"all firing", "critical firing", "money firing"}, names(w.step(0, n1Lost, event)))
	require.Equal(t, []string{"all resolved", "critical resolved"}, names(w.step(time.Hour-time.Second)), "of the node")
	require.Equal(t, []string{"all resolved"}, names(w.step(time.Minute)))

	w.rules[1].Channels = []string{"critical", "all"}
	event.Until = w.now.Add(time.Hour)
	require.Equal(t, []string{"all firing"}, names(w.step(0, event)))
}

func TestManyAlertsAreOneNotice(t *testing.T) {
	w := newWorld(spent)
	var events []Signal
	for i := range 50 {
		events = append(events, Signal{Kind: BudgetExhausted, Subject: string(rune('A' + i)), Until: noon.Add(time.Hour)})
	}
	told := w.step(0, events...)
	require.Len(t, told, 1)
	require.Len(t, told[0].Alerts, maxAlerts)
	require.Equal(t, 30, told[0].More)
	require.Equal(t, "[FIRING] 50 alerts", told[0].Title())
}

func TestAnAlertWhoseRuleIsGoneEnds(t *testing.T) {
	w := newWorld(spent)
	w.step(0, Signal{Kind: BudgetExhausted, Subject: "x", Until: noon.Add(time.Hour)})
	w.rules = nil
	require.Equal(t, []State{Resolved}, statuses(w.step(time.Second)))
}

// Whatever is seen in whatever order, an alert is told once when it begins, once for
// each repeat, and once when it ends; and two of a subject are never open.
func TestNothingIsToldTwice(t *testing.T) {
	subjects := []string{"a", "b"}
	rapid.Check(t, func(t *rapid.T) {
		r := spent
		r.For = time.Duration(rapid.SampledFrom([]int{0, 10, 40}).Draw(t, "for")) * time.Second
		w := newWorld(r)
		last := map[string]time.Time{} // by alert, when it was last told to be firing
		ended := map[string]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.known = rapid.IntRange(0, 3).Draw(t, "known") > 0
			var seen []Signal
			for range rapid.IntRange(0, 3).Draw(t, "signals") {
				s := Signal{Kind: BudgetExhausted, Subject: rapid.SampledFrom(subjects).Draw(t, "subject"), Over: rapid.IntRange(0, 4).Draw(t, "over") == 0}
				if rapid.Bool().Draw(t, "event") {
					s.Until = w.now.Add(time.Duration(rapid.IntRange(-100, 8000).Draw(t, "until")) * time.Second)
				}
				seen = append(seen, s)
			}
			if rapid.IntRange(0, 5).Draw(t, "silence") == 0 {
				w.silences = []Silence{{Subject: "a", From: w.now, Until: w.now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "silent")) * time.Second)}}
			}
			told := w.step(time.Duration(rapid.IntRange(0, 2000).Draw(t, "pause"))*time.Second, seen...)
			for i := range told {
				for _, a := range told[i].Alerts {
					if ended[a.ID] {
						t.Fatalf("%s is told after its end", a.Subject)
					}
					if at, before := last[a.ID]; told[i].Status == Firing && before && w.now.Sub(at) < r.Repeat {
						t.Fatalf("%s is repeated after %s", a.Subject, w.now.Sub(at))
					}
					if _, before := last[a.ID]; told[i].Status == Resolved && !before {
						t.Fatalf("the end of %s is told, its begin was not", a.Subject)
					}
					if told[i].Status == Resolved {
						ended[a.ID] = true
					}
					last[a.ID] = w.now
				}
			}
			ids, open := map[string]bool{}, map[string]bool{}
			for i := range w.told {
				if ids[w.told[i].ID] {
					t.Fatalf("two notices have the id %s", w.told[i].ID)
				}
				ids[w.told[i].ID] = true
			}
			for _, a := range w.open {
				if open[a.Fingerprint()] {
					t.Fatalf("two alerts of %s are open", a.Subject)
				}
				open[a.Fingerprint()] = true
			}
		}
	})
}
