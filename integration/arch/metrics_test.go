package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

var metric = regexp.MustCompile(`^asbru_[a-z]+(_[a-z]+)*$`)

func TestEveryMetricIsDocumentedAndEveryDocumentedOneIsThere(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	require.NoError(t, err)
	documented := map[string]bool{}
	for _, found := range regexp.MustCompile("`(asbru_[a-z_]+)").FindAllStringSubmatch(string(text), -1) {
		documented[found[1]] = true
	}
	declared := metricsOf(t)
	for m, where := range declared {
		if !documented[m] {
			t.Errorf("%s declares the metric %s, which docs/operations.md does not have", where, m)
		}
	}
	for m := range documented {
		if declared[m] == "" {
			t.Errorf("docs/operations.md has the metric %s, which nothing declares", m)
		}
	}
}

// metricsOf are the names of the program's metrics, each with a file that declares it.
func metricsOf(t *testing.T) map[string]string {
	t.Helper()
	metrics := map[string]string{}
	for name := range goFiles(t, ".") {
		if isTest(name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := nameOf(n).(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if m, err := strconv.Unquote(literal.Value); err == nil && metric.MatchString(m) {
					metrics[m] = name
				}
			}
			return true
		})
	}
	require.NotEmpty(t, metrics)
	return metrics
}

// nameOf returns what stands where a metric's name does: the first argument of a
// call, or the field Name of a literal.
func nameOf(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		if len(n.Args) > 1 {
			return n.Args[0]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Name" {
			return n.Value
		}
	}
	return nil
}
