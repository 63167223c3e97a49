package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const busPackage = "pkg/bus"

// TestOnlyTheBusNamesSubjects holds that who speaks over NATS takes subjects,
// streams and buckets from the table that docs/bus.md is made from.
func TestOnlyTheBusNamesSubjects(t *testing.T) {
	declared := declaredNames(t)
	root := os.DirFS(filepath.Join("..", ".."))
	for name, imports := range goFiles(t, ".") {
		if isTest(name) || in(path.Dir(name), busPackage) || !speaksNATS(imports) {
			continue
		}
		src, err := fs.ReadFile(root, name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			if isSubject(text, declared) {
				t.Errorf("%s writes the subject %q, which %s declares", name, text, busPackage)
			}
			return true
		})
	}
}

func speaksNATS(imports []string) bool {
	return slices.ContainsFunc(imports, func(p string) bool {
		return p == module+"/"+busPackage || strings.HasPrefix(p, "github.com/nats-io/")
	})
}

func isSubject(text string, declared []*regexp.Regexp) bool {
	return slices.ContainsFunc([]string{"$JS.", "$KV.", "$O.", "$SYS.", "_INBOX"}, func(prefix string) bool { return strings.HasPrefix(text, prefix) }) ||
		slices.ContainsFunc(declared, func(p *regexp.Regexp) bool { return p.MatchString(text) })
}

// declaredNames match the subjects and streams in the first columns of docs/bus.md.
func declaredNames(t *testing.T) (names []*regexp.Regexp) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "bus.md"))
	require.NoError(t, err)
	value := regexp.MustCompile(`<[a-z]+>`)
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(m[1], ".") && m[1] != strings.ToUpper(m[1]) {
			continue // a bucket's name alone is a word like any other
		}
		parts := value.Split(m[1], -1)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		names = append(names, regexp.MustCompile("^"+strings.Join(parts, `[^.]*`)+"$"))
	}
	require.NotEmpty(t, names)
	return names
}
