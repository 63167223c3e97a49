package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/asbru-gateway/asbru"

// use is one import of a package of this module: the folder and the file that
// have it, and the folder that it names.
type use struct{ from, file, to string }

func TestPkgKnowsNoRole(t *testing.T) {
	for _, u := range uses(t) {
		if in(u.from, "pkg") && isRole(u.to) {
			t.Errorf("%s imports the role %s", u.file, u.to)
		}
	}
}

func TestRolesDoNotKnowEachOther(t *testing.T) {
	for _, u := range uses(t) {
		if isRole(u.from) && isRole(u.to) && top(u.from) != top(u.to) {
			t.Errorf("%s imports the role %s", u.file, u.to)
		}
	}
}

func TestTheRestOfPkgDoesNotKnowTheGateway(t *testing.T) {
	for _, u := range uses(t) {
		if in(u.from, "pkg") && !in(u.from, "pkg/gateway") && in(u.to, "pkg/gateway") && !isTest(u.file) {
			t.Errorf("%s imports %s, which stands on it", u.file, u.to)
		}
	}
}

func TestTheVocabularyKnowsNothingOfOurs(t *testing.T) {
	for _, u := range uses(t) {
		if in(u.from, "pkg/api") && !in(u.to, "pkg/api") {
			t.Errorf("%s imports %s", u.file, u.to)
		}
	}
}

func TestLeavesUseTheStandardLibraryOnly(t *testing.T) {
	for _, leaf := range []string{"pkg/api", "pkg/jsonx", "pkg/sse"} {
		for name, file := range goFiles(t, leaf) {
			if isTest(name) {
				continue
			}
			for _, p := range file {
				require.NotContains(t, p, ".", "%s imports more than the standard library", name)
			}
		}
	}
}

func TestOnlyTheCommandLineKnowsTheRoles(t *testing.T) {
	for _, u := range uses(t) {
		if isRole(u.to) && !isRole(u.from) && !in(u.from, "internal/command") && !in(u.from, "integration") {
			t.Errorf("%s imports the role %s", u.file, u.to)
		}
	}
}

// The tests of deploy ask it which flags there are.
func TestOnlyMainKnowsTheCommandLine(t *testing.T) {
	for _, u := range uses(t) {
		if in(u.to, "internal/command") && u.from != "." && !(u.from == "deploy" && isTest(u.file)) {
			t.Errorf("%s imports %s", u.file, u.to)
		}
	}
}

func TestReadmeSaysWhatEachPackageIsFor(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	packages, err := filepath.Glob(filepath.Join("..", "..", "pkg", "*"))
	require.NoError(t, err)
	for _, p := range packages {
		if name := "`pkg/" + filepath.Base(p) + "/`"; !strings.Contains(string(readme), name) {
			t.Errorf("the table of folders in README.md does not have %s", name)
		}
	}
}

// uses returns every import of a package of this module by another.
func uses(t *testing.T) []use {
	t.Helper()
	var found []use
	for name, file := range goFiles(t, ".") {
		for _, p := range file {
			if to, ours := strings.CutPrefix(p, module+"/"); ours {
				found = append(found, use{from: path.Dir(name), file: name, to: to})
			}
		}
	}
	require.NotEmpty(t, found, "no import was found: is the module's name still %s?", module)
	return found
}

// goFiles returns the imports of each Go file below folder, by its path from
// the module's root.
func goFiles(t *testing.T, folder string) map[string][]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	files := map[string][]string{}
	err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files[name] = nil
		for _, spec := range parsed.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			files[name] = append(files[name], p)
		}
		return nil
	})
	require.NoError(t, err)
	return files
}

// skipped says whether a folder holds no packages of this module.
func skipped(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "testdata" || folder == "node_modules" || folder == "tools"
}

func in(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}

func top(folder string) string {
	first, _, _ := strings.Cut(folder, "/")
	return first
}

func isRole(folder string) bool {
	switch top(folder) {
	case "edge", "worker", "control":
		return true
	}
	return false
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }
