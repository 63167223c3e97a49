package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
)

// Names tells what the values of a dimension are called; "" is not known. Virtual keys,
// teams, customers and users have ids that say little to people.
type Names func(dimension, id string) string

// Money is an amount of nano-dollars in dollars, to the last of its digits: 0.0040000001.
func Money(nano int64) string {
	sign := ""
	if nano < 0 {
		sign, nano = "-", -nano
	}
	text := fmt.Sprintf("%s%d.%09d", sign, nano/1e9, nano%1e9)
	text = strings.TrimRight(text, "0")
	if strings.HasSuffix(text, ".") {
		return text + "0"
	}
	return text
}

// figureHead names the columns of a table's figures.
var figureHead = []string{
	"calls", "failed_calls", "cancelled_calls", "prompt_tokens", "cached_read_tokens", "cached_write_tokens", "completion_tokens",
	"reasoning_tokens", "cost",
}

func figureCells(f *store.Figure) []string {
	var cells []string
	for _, n := range [...]int64{f.Calls, f.Failed, f.Canceled, f.Input, f.CacheRead, f.CacheWrite, f.Output, f.Reasoning} {
		cells = append(cells, strconv.FormatInt(n, 10))
	}
	return append(cells, Money(f.CostNano))
}

// CSV writes the report as a table with a head: what calls are told apart by and what that is
// called, and figures, costs in dollars. A cell that a spreadsheet would take for a formula
// begins with an apostrophe.
func (r *Report) CSV(to io.Writer, names Names) error {
	w := csv.NewWriter(to)
	var head []string
	for _, name := range r.By {
		head = append(head, name)
		if named(name) {
			head = append(head, name+"_name")
		}
	}
	if err := w.Write(append(head, figureHead...)); err != nil {
		return err
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		var cells []string
		for j, name := range r.By {
			cells = append(cells, Defused(row.Of[j]))
			if named(name) {
				cells = append(cells, Defused(names(name, row.Of[j])))
			}
		}
		if err := w.Write(append(cells, figureCells(&row.Figure)...)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// named says whether a dimension's values are ids.
func named(dimension string) bool {
	switch dimension {
	case "customer", "team", "user", "virtual_key":
		return true
	}
	return false
}

// Defused is a cell that no spreadsheet takes for a formula: what a caller has sent may begin
// like one.
func Defused(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// linesMost bounds the rows of a report as text.
const linesMost = 50

// Text is the report for people to read: the rows that come first, and the sum of all.
func (r *Report) Text(names Names) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From %s to %s\n%s calls, $%s\n\n", r.stamp(r.Since), r.stamp(r.Until), strconv.FormatInt(r.Total.Calls, 10), Money(r.Total.CostNano))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, strings.Join(r.By, "\t")+"\tcalls\ttokens\tcost") // a builder takes all
	for i := range r.Rows[:min(len(r.Rows), linesMost)] {
		row := &r.Rows[i]
		var cells []string
		for j, name := range r.By {
			cells = append(cells, cell(name, row.Of[j], names))
		}
		_, _ = fmt.Fprintf(w, "%s\t%d\t%d\t$%s\n", strings.Join(cells, "\t"), row.Calls, row.Tokens(), Money(row.CostNano))
	}
	_ = w.Flush()
	if more := len(r.Rows) - linesMost; more > 0 {
		fmt.Fprintf(&b, "and %d more\n", more)
	}
	return b.String()
}

func (r *Report) stamp(t time.Time) string { return t.In(r.Zone).Format("2006-01-02 15:04 MST") }

// cell is a value for people: its name where it has one, on one line.
func cell(dimension, id string, names Names) string {
	text := id
	if named(dimension) {
		if name := names(dimension, id); name != "" {
			text = name
		}
	}
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}
