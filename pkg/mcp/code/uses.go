package code

import (
	"slices"

	"go.starlark.net/syntax"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Uses are the tools that a script may call: those that it names, and all of a server whose
// object it does anything else with. A script that cannot be read calls none.
func Uses(code string, servers []Server) []*mcp.Tool {
	file, err := parse(code)
	if err != nil {
		return nil
	}
	var used []*mcp.Tool
	use := func(f *Function) {
		if !slices.Contains(used, f.Tool) {
			used = append(used, f.Tool)
		}
	}
	named := map[*syntax.Ident]bool{} // that a tool of is named
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.DotExpr:
			named[n.Name] = true // which is no variable
			of, ok := n.X.(*syntax.Ident)
			if s := serverOf(servers, of); ok && s != nil {
				named[of] = true
				for i := range s.Tools {
					if s.Tools[i].Name == n.Name.Name {
						use(&s.Tools[i])
					}
				}
			}
		case *syntax.Ident:
			if s := serverOf(servers, n); s != nil && !named[n] {
				for i := range s.Tools {
					use(&s.Tools[i])
				}
			}
		}
		return true
	})
	return used
}

func serverOf(servers []Server, name *syntax.Ident) *Server {
	for i := range servers {
		if name != nil && servers[i].Name == name.Name {
			return &servers[i]
		}
	}
	return nil
}
