package arch_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	testName = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
)

// What docs/cluster.md promises in a failure, or when somebody means harm, names the tests
// that hold it, which exist.
func TestEveryFailureAndHostileConditionNamesATestThatExists(t *testing.T) {
	root := filepath.Join("..", "..")
	exists := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".cache" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, found := range testFunc.FindAllSubmatch(text, -1) {
			exists[string(found[1])] = true
		}
		return err
	}))
	page, err := os.ReadFile(filepath.Join(root, "docs", "cluster.md"))
	require.NoError(t, err)
	tables := strings.Split(string(page), "| held by |\n")[1:]
	require.Len(t, tables, 2, "failures, and hostile conditions")
	for _, table := range tables {
		table, _, _ = strings.Cut(table, "\n\n")
		rows := strings.Split(table, "\n")[1:]
		require.NotEmpty(t, rows)
		for _, row := range rows {
			names := testName.FindAllStringSubmatch(row, -1)
			require.NotEmpty(t, names, "no test: %s", row)
			for _, name := range names {
				require.True(t, exists[name[1]], "there is no %s", name[1])
			}
		}
	}
}
