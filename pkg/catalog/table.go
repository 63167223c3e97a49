package catalog

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed prices.tsv
var builtIn string

// Table finds the prices of models. It never changes.
type Table struct {
	exact    map[string]map[string]*Price // by provider and model
	patterns map[string][]pattern         // by provider, the longest first
}

type pattern struct {
	Pattern
	price *Price
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

// Price returns the price of a provider's model; nil where none is known. A name
// that is listed counts before one that a pattern fits, and a longer pattern before
// a shorter one.
func (t *Table) Price(provider, model string) *Price {
	if p := t.exact[provider][model]; p != nil {
		return p
	}
	plain := withoutSlash(model)
	for _, p := range t.patterns[provider] {
		if p.fits(plain) {
			return p.price
		}
	}
	if same := sameAs[provider]; same != "" {
		return t.Price(same, model)
	}
	return nil
}

// ReadTable reads the form of prices.tsv: lines of provider, models, context window
// and prices, with tabs between.
func ReadTable(text string) (*Table, error) {
	t := &Table{exact: map[string]map[string]*Price{}, patterns: map[string][]pattern{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("line %d: has %d fields instead of 4", n, len(fields))
		}
		price, err := readPrice(fields[3])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		for model := range strings.SplitSeq(fields[1], ",") {
			t.add(fields[0], model, price)
		}
	}
	for _, all := range t.patterns {
		slices.SortStableFunc(all, func(a, b pattern) int { return len(b.Pattern) - len(a.Pattern) })
	}
	return t, nil
}

func (t *Table) add(provider, model string, price *Price) {
	if strings.Contains(model, "*") {
		t.patterns[provider] = append(t.patterns[provider], pattern{NewPattern(model), price})
		return
	}
	if t.exact[provider] == nil {
		t.exact[provider] = map[string]*Price{}
	}
	t.exact[provider][model] = price
}

// readPrice reads "in=2.5 out=10 …", in dollars for a million tokens.
func readPrice(text string) (*Price, error) {
	p := &Price{}
	at := map[string]*int64{
		"in": &p.Input, "cached": &p.CacheRead, "write": &p.CacheWrite,
		"out": &p.Output, "audioin": &p.AudioIn, "audioout": &p.AudioOut, "search": &p.Search,
		"long.in": &p.Long.Input, "long.cached": &p.Long.CacheRead, "long.write": &p.Long.CacheWrite,
		"long.out": &p.Long.Output, "long.audioin": &p.Long.AudioIn, "long.audioout": &p.Long.AudioOut,
	}
	stated := map[string]bool{}
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		number, err := strconv.ParseFloat(value, 64)
		to := at[name]
		switch {
		case name == "long" && err == nil && number >= 1 && number <= maxTokens:
			p.LongAbove = int64(number)
			continue
		case err != nil || !(number >= 0 && number <= maxPerMillion):
			return nil, fmt.Errorf("%s is no price", field)
		case to == nil:
			return nil, fmt.Errorf("%s is no kind of token", name)
		}
		stated[name] = true
		*to = PicoPerToken(number / 1e6)
	}
	p.complete(stated)
	return p, nil
}

// PicoPerToken is a price in dollars for a token as a whole number of pico-dollars.
func PicoPerToken(dollars float64) int64 { return int64(math.Round(dollars * 1e12)) }
