package mcp

import (
	"encoding/binary"
	"slices"
	"strings"
)

// everything in a list stands for all there are.
const everything = "*"

// list is all tools that can be used now, sorted by name. It does not change.
type list struct {
	version uint64 // no two lists of a pool have one
	tools   []*Tool
	clients []string // by index
	byName  map[string]*Tool
	over    chan struct{} // closed when another list has taken its place
}

// verdict is what a filter says of a client.
type verdict struct {
	none    bool
	unnamed bool     // of the grants none is for it
	all     bool     // of the grants: all its tools
	grant   []string // if not all
}

// filter returns the tools that pass. The list must not be changed.
func (l *list) filter(f Filter) []*Tool {
	if f.Clients == nil && f.Tools == nil && f.Grants == nil {
		return l.tools
	}
	verdicts := l.verdicts(f)
	wanted := wantedTools(f.Tools)
	out := make([]*Tool, 0, min(len(l.tools), 64))
	for _, t := range l.tools {
		if verdicts[t.index].passes(t) && wanted.has(t) {
			out = append(out, t)
		}
	}
	return out
}

// find returns the tool of a name, nil if there is none that passes.
func (l *list) find(f Filter, name string) *Tool {
	t := l.byName[name]
	if t == nil || !f.passes(t) {
		return nil
	}
	return t
}

func (f Filter) passes(t *Tool) bool {
	v := f.verdict(t.Client)
	w := wantedTools(f.Tools)
	return v.passes(t) && w.has(t)
}

// AppendKey appends what only filters have that mean the same.
func (f Filter) AppendKey(dst []byte) []byte {
	dst = appendNames(appendNames(dst, f.Clients), f.Tools)
	if f.Grants == nil {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(len(f.Grants))+1)
	for _, g := range f.Grants {
		dst = appendNames(appendName(dst, g.Client), g.Tools)
	}
	return dst
}

func appendNames(dst []byte, names []string) []byte {
	if names == nil {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(len(names))+1)
	for _, name := range names {
		dst = appendName(dst, name)
	}
	return dst
}

func appendName(dst []byte, name string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(name))), name...)
}

func (l *list) verdicts(f Filter) []verdict {
	out := make([]verdict, len(l.clients))
	for i, name := range l.clients {
		out[i] = f.verdict(name)
	}
	return out
}

func (f Filter) verdict(client string) verdict {
	if f.Clients != nil && !slices.Contains(f.Clients, client) && !slices.Contains(f.Clients, everything) {
		return verdict{none: true}
	}
	if f.Grants == nil {
		return verdict{all: true}
	}
	for _, g := range f.Grants {
		if g.Client == client || g.Client == everything {
			return verdict{all: slices.Contains(g.Tools, everything), grant: g.Tools}
		}
	}
	return verdict{unnamed: true}
}

func (v *verdict) passes(t *Tool) bool {
	if v.unnamed {
		return t.ForAll
	}
	return !v.none && (v.all || slices.Contains(v.grant, t.Original) || slices.Contains(v.grant, t.Name))
}

// wanted are the tools that a caller names.
type wanted struct {
	all     bool
	names   map[string]bool
	clients []string // all tools of these
}

func wantedTools(names []string) wanted {
	if names == nil || slices.Contains(names, everything) {
		return wanted{all: true}
	}
	w := wanted{names: make(map[string]bool, len(names))}
	for _, name := range names {
		if client, ok := strings.CutSuffix(name, "-"+everything); ok {
			w.clients = append(w.clients, client)
			continue
		}
		w.names[name] = true
	}
	return w
}

func (w *wanted) has(t *Tool) bool {
	return w.all || w.names[t.Name] || slices.Contains(w.clients, t.Client) || len(w.names) > 0 && w.names[t.Client+"-"+t.Original]
}

// ListOf reads a list of a header: names with commas between them. Of a header that is
// there and empty it is empty, not nil.
func ListOf(header string) []string {
	out := []string{}
	for name := range strings.SplitSeq(header, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
