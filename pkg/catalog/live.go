package catalog

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// Live is the catalogue in force: a table that was fetched, if there is one, and the
// one that comes with the program below it. The zero Live is the latter alone. Safe
// for concurrent use.
type Live struct {
	now  atomic.Pointer[generation]
	find sync.Mutex // one look-up that is not known yet at a time
}

// generation is a table and what has been found in it.
type generation struct {
	fetched *Table // nil for none
	found   atomic.Pointer[map[modelName]*Model]
}

type modelName struct{ provider, model string }

// maxFound bounds the names that are remembered: callers make them up.
const maxFound = 1024

// Replace puts a fetched table in force; nil has the program's own alone.
func (l *Live) Replace(fetched *Table) { l.now.Store(&generation{fetched: fetched}) }

// Model returns what is known of a provider's model; nil where that is nothing.
func (l *Live) Model(provider, model string) *Model {
	g := l.now.Load()
	if g != nil {
		if found := g.found.Load(); found != nil {
			if m, ok := (*found)[modelName{provider, model}]; ok {
				return m
			}
		}
	}
	return l.search(provider, model)
}

// search looks a model up and remembers what it finds.
func (l *Live) search(provider, model string) *Model {
	l.find.Lock()
	defer l.find.Unlock()
	g := l.now.Load()
	if g == nil {
		g = &generation{}
		l.now.CompareAndSwap(nil, g)
	}
	var m *Model
	if g.fetched != nil {
		m = g.fetched.Model(provider, model)
	}
	if m == nil {
		m = BuiltIn().Model(provider, model)
	}
	found := map[modelName]*Model{}
	if before := g.found.Load(); before != nil && len(*before) < maxFound {
		found = maps.Clone(*before)
	}
	found[modelName{strings.Clone(provider), strings.Clone(model)}] = m
	g.found.Store(&found)
	return m
}

// Names returns the models of a provider that are listed by their whole names: of a
// fetched table, if it has any.
func (l *Live) Names(provider string) []string {
	if g := l.now.Load(); g != nil && g.fetched != nil {
		if names := g.fetched.Names(provider); len(names) > 0 {
			return names
		}
	}
	return BuiltIn().Names(provider)
}
