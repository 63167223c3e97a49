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
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// code is what an error code looks like.
var code = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

func TestEveryErrorCodeIsDocumented(t *testing.T) {
	documented := documentedCodes(t)
	for c, where := range codesInUse(t) {
		if !documented[c] {
			t.Errorf("%s makes an error with the code %q, which docs/errors.md does not have", where, c)
		}
	}
}

func TestEveryDocumentedErrorCodeIsInUse(t *testing.T) {
	used := codesInUse(t)
	for c := range documentedCodes(t) {
		if used[c] == "" {
			t.Errorf("docs/errors.md has the code %q, which no error is made with", c)
		}
	}
}

// documentedCodes are those in the first column of the tables behind the heading
// "Codes of the gateway".
func documentedCodes(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "errors.md"))
	require.NoError(t, err)
	_, tables, found := strings.Cut(string(text), "## Codes of the gateway")
	require.True(t, found)
	codes := map[string]bool{}
	for line := range strings.Lines(tables) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for _, quoted := range regexp.MustCompile("`[^`]+`").FindAllString(cells[1], -1) {
				codes[strings.Trim(quoted, "`")] = true
			}
		}
	}
	require.NotEmpty(t, codes)
	return codes
}

// codesInUse are the codes of the errors that the program makes, each with a
// file that makes one.
func codesInUse(t *testing.T) map[string]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	codes := map[string]string{}
	for name := range goFiles(t, ".") {
		if isTest(name) || in(path.Dir(name), "integration") {
			continue
		}
		src, err := fs.ReadFile(root, name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := codeOf(n).(*ast.BasicLit); ok {
				if c, err := strconv.Unquote(literal.Value); err == nil && code.MatchString(c) {
					codes[c] = name
				}
			}
			return true
		})
	}
	require.NotEmpty(t, codes)
	return codes
}

// codeOf returns the code in what makes an api.Error, nil if n makes none. An
// error is made by a call of api.Errorf(kind, code, …), of api.Invalid(code, …), of
// take.Invalid(code, …) or of an invalid of its own, or by a literal with the field Code.
func codeOf(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		at := map[string]int{"api.Errorf": 1, "api.Invalid": 0, "take.Invalid": 0, "invalid": 0}
		if i, ok := at[callee(n)]; ok && len(n.Args) > i {
			return n.Args[i]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
			return n.Value
		}
	}
	return nil
}

func callee(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if of, ok := f.X.(*ast.Ident); ok {
			return of.Name + "." + f.Sel.Name
		}
	}
	return ""
}
