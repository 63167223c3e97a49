package mcp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// BenchmarkTools lists 1,000 tools of 50 servers, as a virtual key that may use half of
// them would.
func BenchmarkTools(b *testing.B) {
	l := &list{byName: map[string]*Tool{}}
	var grants []Grant
	for i := range 50 {
		client := fmt.Sprintf("server%02d", i)
		l.clients = append(l.clients, client)
		if i%2 == 0 {
			grants = append(grants, Grant{client, []string{"*"}})
		}
		for j := range 20 {
			t := &Tool{Client: client, Original: fmt.Sprintf("tool%02d", j), Name: fmt.Sprintf("%s-tool%02d", client, j), index: i}
			l.tools = append(l.tools, t)
			l.byName[t.Name] = t
		}
	}
	slices.SortFunc(l.tools, func(a, b *Tool) int { return strings.Compare(a.Name, b.Name) })
	p := NewPool(Options{})
	p.list.Store(l)
	for name, f := range map[string]Filter{"all": {}, "grants": {Grants: grants}, "grants and headers": {Grants: grants, Clients: l.clients[:10], Tools: []string{"server00-*", "server02-tool01"}}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Tools(f)
			}
		})
	}
}
