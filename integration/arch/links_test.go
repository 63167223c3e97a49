package arch_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```$")
)

func TestLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	root := os.DirFS(filepath.Join("..", ".."))
	for name, text := range documentation(t) {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(found[1], "#")
			target := path.Join(path.Dir(name), file)
			if file == "" {
				target = name
			}
			if _, err := fs.Stat(root, target); err != nil {
				t.Errorf("%s links to %s, which is not there", name, found[1])
				continue
			}
			if anchor != "" && !anchors(t, target)[anchor] {
				t.Errorf("%s links to %s, which has no such heading", name, found[1])
			}
		}
	}
}

func TestEveryPageIsListed(t *testing.T) {
	pages := documentation(t)
	for name := range pages {
		page, below := strings.CutPrefix(name, "docs/")
		if below && page != "README.md" && !strings.Contains(pages["docs/README.md"], "]("+page+")") {
			t.Errorf("docs/README.md does not list %s", name)
		}
	}
}

// documentation returns the text of each Markdown page, without the code in it,
// by its path from the module's root.
func documentation(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	root := os.DirFS(filepath.Join("..", ".."))
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		pages[name] = pageWithoutCode(t, name)
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	return pages
}

func pageWithoutCode(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	require.NoError(t, err)
	return fenced.ReplaceAllString(string(text), "")
}

// anchors are the headings of a page as GitHub names them in links.
func anchors(t *testing.T, name string) map[string]bool {
	t.Helper()
	named := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(pageWithoutCode(t, name), -1) {
		named[anchorOf(h[1])] = true
	}
	return named
}

func anchorOf(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}
