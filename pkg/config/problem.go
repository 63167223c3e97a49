package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Problem is one fault of a file. Line and Column count from 1 and are 0 when
// they are not known; Column counts characters. Path is empty where the fault is
// the file's as a whole. Message never holds a value of the file.
type Problem struct {
	Path    string
	Line    int
	Column  int
	Message string
}

// String returns "path: message (line 3, column 7)".
func (p Problem) String() string {
	s := p.Message
	if p.Path != "" {
		s = p.Path + ": " + s
	}
	if p.Line > 0 {
		s += fmt.Sprintf(" (line %d, column %d)", p.Line, p.Column)
	}
	return s
}

// Note is something worth knowing that does not keep a file from being used.
type Note Problem

// String returns "path: message (line 3, column 7)".
func (n Note) String() string { return Problem(n).String() }

// Problems is the error of a file that cannot be used: all its faults, in the
// order of the file. File is empty when the configuration did not come from one.
type Problems struct {
	File string
	List []Problem
}

// Error lists all problems, one a line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = problem.String()
	}
	text := strings.Join(lines, "\n")
	if p.File == "" {
		return text
	}
	if len(lines) == 1 {
		return p.File + ": " + text
	}
	return fmt.Sprintf("%s: %d problems\n%s", p.File, len(lines), text)
}

// position is a place in a file, counted from 1.
type position struct{ line, column int }

// inFileOrder orders what is known to be on a line by place, and the rest, after
// it, by path, so that a report is the same each time.
func inFileOrder(a, b Problem) int {
	if (a.Line == 0) != (b.Line == 0) {
		return cmp.Compare(b.Line, a.Line)
	}
	return cmp.Or(
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}

func sortProblems(list []Problem) { slices.SortStableFunc(list, inFileOrder) }

func sortNotes(list []Note) {
	slices.SortStableFunc(list, func(a, b Note) int { return inFileOrder(Problem(a), Problem(b)) })
}

// child is the path of a key within the object at path.
func child(path, key string) string {
	if !isPlain(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// element is the path of an element of the list at path.
func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// isPlain says whether a key can stand in a path without quotes.
func isPlain(key string) bool {
	for _, r := range key {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '$':
		default:
			return false
		}
	}
	return key != ""
}
