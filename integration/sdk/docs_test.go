package sdk_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/sdk"
)

//go:generate go test . -run TestDocsAreMadeFromTheLibraries -update

var update = flag.Bool("update", false, "write docs/sdks.md instead of comparing it")

const (
	docsFile = "../../docs/sdks.md"
	docsHead = "<!-- Made from integration/sdk by \"go generate ./integration/sdk\". Do not edit up to the end mark. -->\n"
	docsEnd  = "<!-- end -->\n"
)

func TestDocsAreMadeFromTheLibraries(t *testing.T) {
	page, err := os.ReadFile(docsFile)
	require.NoError(t, err)
	intro, rest, found := strings.Cut(string(page), docsHead)
	require.True(t, found)
	made, outro, found := strings.Cut(rest, docsEnd)
	require.True(t, found)
	want := tables(t)
	if *update {
		require.NoError(t, os.WriteFile(docsFile, []byte(intro+docsHead+want+docsEnd+outro), 0o644))
		return
	}
	require.Equal(t, want, made, "run go generate ./integration/sdk")
}

// tables has, for each language, what its libraries do and how they are set up.
func tables(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	for _, language := range []struct{ folder, title, code string }{{"python", "Python", "python"}, {"node", "Node", "js"}} {
		fmt.Fprintf(&out, "\n## %s\n\n| library | package | versions |", language.title)
		for _, o := range sdk.Operations {
			fmt.Fprintf(&out, " %s |", o.Words)
		}
		out.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(sdk.Operations)) + "\n")
		var setups strings.Builder
		for _, l := range sdk.Libraries {
			if l.In[0].Language != language.folder {
				continue
			}
			fmt.Fprintf(&out, "| %s | `%s` | %s |", l.Title, l.Package, versions(t, l))
			for _, o := range sdk.Operations {
				fmt.Fprintf(&out, " %s |", does(l, o.Name))
			}
			out.WriteString("\n")
			fmt.Fprintf(&setups, "\n%s:\n\n```%s\n%s\n```\n", l.Title, language.code, l.Setup)
		}
		out.WriteString(setups.String())
	}
	return out.String()
}

func does(l sdk.Library, o sdk.Operation) string {
	switch {
	case slices.Contains(l.Newer, o):
		return "newest"
	case slices.Contains(l.Works, o):
		return "yes"
	}
	return ""
}

// versions are those of the library that its cases run with, newest first.
func versions(t *testing.T, l sdk.Library) string {
	t.Helper()
	var list []string
	for _, e := range l.In {
		list = append(list, pinned(t, e, l.Package))
	}
	return strings.Join(list, ", ")
}

// pinned returns the version of a package in an environment.
func pinned(t *testing.T, e sdk.Environment, name string) string {
	t.Helper()
	if e.Language == "python" {
		file, err := os.ReadFile(filepath.Join("python", e.Name+".txt"))
		require.NoError(t, err)
		for line := range strings.Lines(string(file)) {
			if version, ok := strings.CutPrefix(line, name+"=="); ok {
				version, _, _ = strings.Cut(version, ";")
				return strings.TrimSpace(version)
			}
		}
		require.Fail(t, "no version of "+name+" in "+e.Name)
	}
	file, err := os.ReadFile(filepath.Join("node", e.Name, "package.json"))
	require.NoError(t, err)
	var pack struct{ Dependencies map[string]string }
	require.NoError(t, json.Unmarshal(file, &pack))
	require.NotEmpty(t, pack.Dependencies[name])
	return pack.Dependencies[name]
}
