package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed models.tsv
var builtIn string

// Table finds models. It never changes.
type Table struct {
	exact    map[string]map[string]*Model // by provider and model
	patterns map[string][]pattern         // by provider, the longest first
}

type pattern struct {
	Pattern
	model *Model
}

// BuiltIn is the table that comes with the program.
var BuiltIn = sync.OnceValue(func() *Table {
	t, err := ReadTable(builtIn)
	if err != nil {
		panic("catalog: " + err.Error()) // a test reads it
	}
	return t
})

// sameAs are the providers whose models another one sells by its names and prices.
var sameAs = map[string]string{"azure": "openai", "vertex": "gemini"}

// Model returns what is known of a provider's model; nil where that is nothing. A
// name that is listed counts before one that a pattern fits, and a longer pattern
// before a shorter one.
func (t *Table) Model(provider, model string) *Model {
	if m := t.exact[provider][model]; m != nil {
		return m
	}
	plain := withoutSlash(model)
	for _, p := range t.patterns[provider] {
		if p.fits(plain) {
			return p.model
		}
	}
	if same := sameAs[provider]; same != "" {
		return t.Model(same, model)
	}
	return nil
}

// Names returns the models of a provider that are listed by their whole names, sorted.
func (t *Table) Names(provider string) []string {
	names := make([]string, 0, len(t.exact[provider]))
	for name := range t.exact[provider] {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Len is how many models are listed.
func (t *Table) Len() int {
	n := 0
	for _, models := range t.exact {
		n += len(models)
	}
	for _, patterns := range t.patterns {
		n += len(patterns)
	}
	return n
}

// ReadTable reads the form of models.tsv: lines of provider, models, window,
// abilities and prices, with tabs between.
func ReadTable(text string) (*Table, error) {
	t := newTable()
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 5 {
			return nil, fmt.Errorf("line %d: has %d fields instead of 5", n, len(fields))
		}
		model, err := readModel(fields[2], fields[3], fields[4])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		for name := range strings.SplitSeq(fields[1], ",") {
			t.add(fields[0], name, model)
		}
	}
	t.sort()
	return t, nil
}

func newTable() *Table {
	return &Table{exact: map[string]map[string]*Model{}, patterns: map[string][]pattern{}}
}

func (t *Table) add(provider, name string, model *Model) {
	if strings.Contains(name, "*") {
		t.patterns[provider] = append(t.patterns[provider], pattern{NewPattern(name), model})
		return
	}
	if t.exact[provider] == nil {
		t.exact[provider] = map[string]*Model{}
	}
	t.exact[provider][name] = model
}

func (t *Table) sort() {
	for _, all := range t.patterns {
		slices.SortStableFunc(all, func(a, b pattern) int { return len(b.Pattern) - len(a.Pattern) })
	}
}

func readModel(window, abilities, prices string) (*Model, error) {
	m := &Model{}
	if err := m.readWindow(window); err != nil {
		return nil, err
	}
	if err := m.readAbilities(abilities); err != nil {
		return nil, err
	}
	var err error
	m.Price, err = readPrice(prices)
	return m, err
}

// readPrice reads "in=2.5 out=10 …", as [NewPrice] takes them.
func readPrice(text string) (*Price, error) {
	var stated []Stated
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is no price", field)
		}
		stated = append(stated, Stated{name, number})
	}
	return NewPrice(stated)
}
