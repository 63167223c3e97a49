package load

import (
	"fmt"
	"io"
	"strings"
)

// Table is cells under headings, printed as aligned text or as Markdown.
type Table struct {
	Head []string
	Rows [][]string
}

// Print writes it as aligned text, or as Markdown.
func (t *Table) Print(w io.Writer, markdown bool) {
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
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
	line(t.Head)
	if markdown {
		fmt.Fprintf(w, "|%s\n", strings.Repeat("---|", len(t.Head)))
	}
	for _, row := range t.Rows {
		line(row)
	}
}
