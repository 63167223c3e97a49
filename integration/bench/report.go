package main

import (
	"fmt"
	"io"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// report is the outcome of a run.
type report struct {
	load    string // of the machine before the run
	cpu     []cpuResult
	latency *latencyResult
}

func (r *report) print(w io.Writer, o *options) {
	fmt.Fprintf(w, "%s; load before the run: %s\n\n", load.Machine(), r.load)
	fmt.Fprintf(w, "CPU time per request, closed loop of %d connections; median of %d rounds of %s (least to most).\n",
		o.connections, o.rounds, o.duration)
	fmt.Fprintf(w, "The ratio is to the bare proxy in the same round. edge: the gateway of a cluster whose\n"+
		"control and NATS run beside it; up: everything in one process, the ledger of calls too.\n\n")
	r.cpuTable().Print(w, o.markdown)
	if r.latency != nil {
		fmt.Fprintf(w, "\nLatency of plain calls at %d requests a second, open loop, from the time each was due; median of rounds.\n\n", r.latency.rate)
		r.latency.table().Print(w, o.markdown)
		fmt.Fprintln(w)
		for i, t := range r.latency.targets[1:] {
			added := r.latency.added(1+i, 0.99)
			fmt.Fprintf(w, "p99 that %s adds to the bare proxy's: %.2f ms (%.2f to %.2f); goal 1 ms or less.\n", t.name, added.Median, added.Min, added.Max)
		}
	}
}

func (r *report) cpuTable() *load.Table {
	t := &load.Table{Head: []string{"scenario", "target", "CPU µs/request", "ratio", "goal", "requests/s"}}
	for _, res := range r.cpu {
		for i, target := range res.targets {
			us, ratio, rate := load.SpreadOf(target.micros), load.SpreadOf(target.ratio), load.SpreadOf(target.perSecond)
			row := []string{
				"", target.name,
				fmt.Sprintf("%.1f (%.1f to %.1f)", us.Median, us.Min, us.Max),
				fmt.Sprintf("%.2f (%.2f to %.2f)", ratio.Median, ratio.Min, ratio.Max),
				"", fmt.Sprintf("%.0f", rate.Median),
			}
			if i == 0 {
				row[0], row[3] = res.scenario.name, "1"
			}
			if target.judged {
				row[4] = fmt.Sprintf("≤ %g", res.scenario.goal)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func (l *latencyResult) table() *load.Table {
	t := &load.Table{Head: []string{"target", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms"}}
	for _, target := range l.targets {
		row := []string{target.name}
		for _, p := range []float64{0.5, 0.9, 0.99, 0.999, 1} {
			row = append(row, fmt.Sprintf("%.2f", load.SpreadOf(target.millisAt(p)).Median))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// millisAt is a percentile of each round in milliseconds.
func (t *latencyTarget) millisAt(p float64) []float64 {
	var ms []float64
	for _, round := range t.rounds {
		ms = append(ms, float64(round.At(p))/float64(time.Millisecond))
	}
	return ms
}

// added is, of each round, a percentile of a target less that of the first.
func (l *latencyResult) added(target int, p float64) load.Spread {
	base, with := l.targets[0].millisAt(p), l.targets[target].millisAt(p)
	var diff []float64
	for i := range base {
		diff = append(diff, with[i]-base[i])
	}
	return load.SpreadOf(diff)
}
