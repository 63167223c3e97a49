package code

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Server is an MCP server as scripts know it: an object whose methods are its tools.
type Server struct {
	Name  string // an identifier
	Tools []Function
}

// Function is a tool as scripts know it.
type Function struct {
	Name string // an identifier; no two of a server have one
	Tool *mcp.Tool
}

// Servers puts tools, which are sorted by name, together by their servers.
func Servers(tools []*mcp.Tool) []Server {
	var all []Server
	at := map[string]int{}
	for _, t := range tools {
		i, ok := at[t.Client]
		if !ok {
			i = len(all)
			at[t.Client] = i
			all = append(all, Server{Name: identifier(t.Client, func(name string) bool {
				return functions[name] != nil || slices.ContainsFunc(all, func(s Server) bool { return s.Name == name })
			})})
		}
		s := &all[i]
		s.Tools = append(s.Tools, Function{Tool: t, Name: identifier(t.Original, func(name string) bool {
			return slices.ContainsFunc(s.Tools, func(f Function) bool { return f.Name == name })
		})})
	}
	return all
}

// keywords are words of the language, also those that it only keeps for itself.
var keywords = strings.Fields("and as assert async await break class continue def del elif else except finally for from global if import in is lambda load nonlocal not or pass raise return try while with yield True False None result")

// identifier is the name nearest to a text that a script can have for something and that
// is not taken.
func identifier(text string, taken func(string) bool) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, text)
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	if slices.Contains(keywords, name) {
		name += "_"
	}
	own := name
	for n := 2; taken(name); n++ {
		name = own + "_" + strconv.Itoa(n)
	}
	return name
}

// object is a server in a script. Scripts can do nothing with it but call its tools.
type object struct {
	server *Server
	script *running
}

var _ starlark.HasAttrs = (*object)(nil)

func (o *object) String() string        { return o.server.Name }
func (*object) Type() string            { return "server" }
func (*object) Freeze()                 {}
func (*object) Truth() starlark.Bool    { return true }
func (o *object) Hash() (uint32, error) { return 0, fmt.Errorf("a server cannot be a key") }

// AttrNames implements starlark.HasAttrs.
func (o *object) AttrNames() []string {
	names := make([]string, len(o.server.Tools))
	for i := range o.server.Tools {
		names[i] = o.server.Tools[i].Name
	}
	return names
}

// Attr implements starlark.HasAttrs: it returns a tool as a function.
func (o *object) Attr(name string) (starlark.Value, error) {
	for i := range o.server.Tools {
		if f := &o.server.Tools[i]; f.Name == name {
			return starlark.NewBuiltin(o.server.Name+"."+name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, named []starlark.Tuple) (starlark.Value, error) {
				return o.script.callTool(f, args, named)
			}), nil
		}
	}
	return nil, nil //nolint:nilnil // as starlark wants it: the interpreter then says which there are
}
