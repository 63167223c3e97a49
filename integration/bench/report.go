package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// report is the outcome of a run.
type report struct {
	load    string // of the machine before the run
	cpu     []cpuResult
	latency *latencyResult
}

// table is cells under headings, printed as aligned text or as Markdown.
type table struct {
	head []string
	rows [][]string
}

func (r *report) print(w io.Writer, o *options) {
	fmt.Fprintf(w, "%s; load before the run: %s\n\n", machine(), r.load)
	fmt.Fprintf(w, "CPU time per request, closed loop of %d connections; median of %d rounds of %s (least to most).\n",
		o.connections, o.rounds, o.duration)
	fmt.Fprintf(w, "The ratio is to the bare proxy in the same round. edge: the gateway of a cluster whose\n"+
		"control and NATS run beside it; up: everything in one process, the ledger of calls too.\n\n")
	r.cpuTable().print(w, o.markdown)
	if r.latency != nil {
		fmt.Fprintf(w, "\nLatency of plain calls at %d requests a second, open loop, from the time each was due; median of rounds.\n\n", r.latency.rate)
		r.latency.table().print(w, o.markdown)
		fmt.Fprintln(w)
		for i, t := range r.latency.targets[1:] {
			added := r.latency.added(1+i, 0.99)
			fmt.Fprintf(w, "p99 that %s adds to the bare proxy's: %.2f ms (%.2f to %.2f); goal 1 ms or less.\n", t.name, added.median, added.min, added.max)
		}
	}
}

func (r *report) cpuTable() *table {
	t := &table{head: []string{"scenario", "target", "CPU µs/request", "ratio", "goal", "requests/s"}}
	for _, res := range r.cpu {
		for i, target := range res.targets {
			us, ratio, rate := spreadOf(target.micros), spreadOf(target.ratio), spreadOf(target.perSecond)
			row := []string{
				"", target.name,
				fmt.Sprintf("%.1f (%.1f to %.1f)", us.median, us.min, us.max),
				fmt.Sprintf("%.2f (%.2f to %.2f)", ratio.median, ratio.min, ratio.max),
				"", fmt.Sprintf("%.0f", rate.median),
			}
			if i == 0 {
				row[0], row[3] = res.scenario.name, "1"
			}
			if target.judged {
				row[4] = fmt.Sprintf("≤ %g", res.scenario.goal)
			}
			t.rows = append(t.rows, row)
		}
	}
	return t
}

func (l *latencyResult) table() *table {
	t := &table{head: []string{"target", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "most ms"}}
	for _, target := range l.targets {
		row := []string{target.name}
		for _, p := range []float64{0.5, 0.9, 0.99, 0.999, 1} {
			row = append(row, fmt.Sprintf("%.2f", spreadOf(target.millisAt(p)).median))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// millisAt is a percentile of each round in milliseconds.
func (t *latencyTarget) millisAt(p float64) []float64 {
	var ms []float64
	for _, round := range t.rounds {
		ms = append(ms, float64(round.at(p))/float64(time.Millisecond))
	}
	return ms
}

// added is, of each round, a percentile of a target less that of the first.
func (l *latencyResult) added(target int, p float64) spread {
	base, with := l.targets[0].millisAt(p), l.targets[target].millisAt(p)
	var diff []float64
	for i := range base {
		diff = append(diff, with[i]-base[i])
	}
	return spreadOf(diff)
}

func (t *table) print(w io.Writer, markdown bool) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	line := func(cells []string) {
		for i, cell := range cells {
			cells[i] = cell + strings.Repeat(" ", widths[i]-len([]rune(cell)))
		}
		if markdown {
			fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
			return
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "  "), " "))
	}
	line(t.head)
	if markdown {
		fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(t.head)))
	}
	for _, row := range t.rows {
		line(row)
	}
}

// machine says in a line what the figures were taken on.
func machine() string {
	return fmt.Sprintf("%s, %d processors, %s/%s, %s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// busy is how many other things wanted a processor on average in the last
// minute: above 0.5 or so, no latency of this run is worth reading.
func busy() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	load, _, _ := strings.Cut(string(b), " ")
	return load
}

// processor is the processor's name, as far as the system tells it.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
