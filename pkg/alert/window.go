package alert

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// longest is the longest window that a rule can have.
const longest = time.Hour

// window is what was done in the last time, and how much of it failed.
type window struct {
	kind    Kind
	subject string
	parts   []part
}

type part struct {
	at         time.Time
	all, wrong int64
}

func (w *window) add(now time.Time, all, wrong int64) {
	old := 0
	for old < len(w.parts) && now.Sub(w.parts[old].at) > longest {
		old++
	}
	w.parts = w.parts[old:]
	if all <= 0 {
		return
	}
	if last := len(w.parts) - 1; last >= 0 && w.parts[last].at.Equal(now) {
		w.parts[last].all += all
		w.parts[last].wrong += wrong
		return
	}
	w.parts = append(w.parts, part{now, all, wrong})
}

// sum adds up what was done since a time.
func (w *window) sum(since time.Time) (all, wrong int64) {
	for _, p := range slices.Backward(w.parts) {
		if p.at.Before(since) {
			break
		}
		all += p.all
		wrong += p.wrong
	}
	return all, wrong
}

// shares are the windows in which too much has failed for a rule.
func (o *observer) shares(r *Rule) []Signal {
	var seen []Signal
	for _, key := range slices.Sorted(maps.Keys(o.windows)) {
		w := o.windows[key]
		if w.kind != r.Kind {
			continue
		}
		all, wrong := w.sum(o.now.Add(-r.Window))
		if all == 0 || all < int64(r.Calls) {
			continue
		}
		percent := 100 * float64(wrong) / float64(all)
		if percent < r.Percent {
			continue
		}
		s := Signal{Kind: r.Kind, Subject: w.subject, Percent: percent}
		if r.Kind == ErrorRate {
			s.Summary = fmt.Sprintf("%.1f %% of %d calls of the last %s have failed.", percent, all, r.Window)
		} else {
			s.Summary = fmt.Sprintf("%.1f %% of %d tries at the provider %s have failed in the last %s.", percent, all, w.subject, r.Window)
		}
		seen = append(seen, s)
	}
	return seen
}
