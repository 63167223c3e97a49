package code

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Files are the files that tell of tools. None of them exists.
type Files struct {
	Servers []Server
	// ByTool: there is a file for each tool, else one for each server.
	ByTool bool
}

// Answer answers one of [Tools] that only read.
func (f *Files) Answer(tool string, arguments api.JSON) *mcp.Result {
	var in struct {
		FileName  string `json:"fileName"`
		StartLine int    `json:"startLine"`
		EndLine   int    `json:"endLine"`
		Server    string `json:"server"`
		Tool      string `json:"tool"`
	}
	if len(arguments) > 0 {
		if err := json.Unmarshal(arguments, &in); err != nil {
			return refused("The arguments cannot be read.")
		}
	}
	switch tool {
	case List:
		return says(strings.Join(f.names(), "\n"))
	case Read:
		text, ok := f.read(in.FileName)
		if !ok {
			return refused("There is no file %q. There are: %s", in.FileName, strings.Join(f.names(), ", "))
		}
		return says(lines(text, in.StartLine, in.EndLine))
	}
	for _, s := range f.Servers {
		for i := range s.Tools {
			if t := &s.Tools[i]; s.Name == in.Server && (t.Name == in.Tool || t.Tool.Original == in.Tool) {
				return says(t.docs(s.Name))
			}
		}
	}
	return refused("There is no tool %q of a server %q. Use the names that %s has.", in.Tool, in.Server, Read)
}

func says(text string) *mcp.Result {
	return &mcp.Result{Parts: []api.Part{{Kind: api.PartText, Text: text}}}
}

func refused(format string, args ...any) *mcp.Result {
	r := says(fmt.Sprintf(format, args...))
	r.IsError = true
	return r
}

func (f *Files) names() []string {
	var names []string
	for _, s := range f.Servers {
		if !f.ByTool {
			names = append(names, "servers/"+s.Name+".pyi")
			continue
		}
		for _, t := range s.Tools {
			names = append(names, "servers/"+s.Name+"/"+t.Name+".pyi")
		}
	}
	return names
}

// read returns the text of a file, also by the name that it would have where files are
// divided otherwise.
func (f *Files) read(name string) (string, bool) {
	name = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "/"), "servers/"), ".pyi")
	server, tool, one := strings.Cut(name, "/")
	for _, s := range f.Servers {
		if s.Name != server {
			continue
		}
		tools := s.Tools
		if one {
			tools = slices.DeleteFunc(slices.Clone(tools), func(t Function) bool { return t.Name != tool })
		}
		if len(tools) == 0 {
			return "", false
		}
		var b strings.Builder
		fmt.Fprintf(&b, "# Tools of the server %s. A script calls them as %s.NAME(argument=value).\n", s.Name, s.Name)
		for i := range tools {
			b.WriteString(tools[i].signature() + "\n")
		}
		return b.String(), true
	}
	return "", false
}

// lines returns the lines of a text from one to another, both counted from 1; 0 stands for
// the first, and for the last.
func lines(text string, from, to int) string {
	all := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	from = min(max(from, 1), len(all)+1)
	if to <= 0 || to > len(all) {
		to = len(all)
	}
	return strings.Join(all[from-1:max(to, from-1)], "\n")
}
