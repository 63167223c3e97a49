package parity

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Row is one row of the page's tables.
type Row struct {
	// Under is the heading of the third level that the row stands below, without its
	// backquotes; "" where there is none.
	Under string
	// Names are those in backquotes in the row's first cell.
	Names []string
	// Verdict is one of [Verdicts].
	Verdict string
}

// Verdicts are what a row may say.
var Verdicts = []string{"same", "better", "differently", "not yet"}

// IsKept says whether what relies on it goes on working.
func (r *Row) IsKept() bool { return r.Verdict == "same" || r.Verdict == "better" }

// IsMissing says whether there is nothing of the kind.
func (r *Row) IsMissing() bool { return r.Verdict == "not yet" }

var name = regexp.MustCompile("`([^`]+)`")

// Rows are those of the section of docs/parity.md with this heading.
func Rows(t *testing.T, section string) []Row {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	page, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "..", "docs", "parity.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "\n## "+section+"\n")
	if !found {
		t.Fatalf("docs/parity.md has no section %s", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var rows []Row
	under := ""
	for line := range strings.Lines(text) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			under = strings.Trim(strings.TrimSpace(heading), "`")
		}
		cells := strings.Split(line, " | ")
		if len(cells) < 3 || !strings.HasPrefix(line, "| ") || cells[0] == "| of Bifrost" {
			continue
		}
		row := Row{Under: under, Verdict: strings.TrimSpace(cells[1])}
		if !slices.Contains(Verdicts, row.Verdict) {
			t.Errorf("docs/parity.md says %q of %s, which is none of its words", row.Verdict, cells[0])
		}
		for _, quoted := range name.FindAllStringSubmatch(cells[0], -1) {
			row.Names = append(row.Names, quoted[1])
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		t.Fatalf("docs/parity.md has nothing under %s", section)
	}
	return rows
}

var place = regexp.MustCompile(`\{[^}]*\}`)

// Route reads a name that is a method and a path; ok is false for any other.
func Route(name string) (method, path string, ok bool) {
	method, path, ok = strings.Cut(name, " ")
	return method, path, ok && strings.HasPrefix(path, "/")
}

// Filled is a path with a text in each of its places.
func Filled(path string) string { return place.ReplaceAllString(path, "x") }

// Shape is a path whose places have no names, to compare it with another's.
func Shape(path string) string { return place.ReplaceAllString(path, "{}") }
