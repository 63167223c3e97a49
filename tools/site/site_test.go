package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

var attribute = regexp.MustCompile(`(?:href|src|srcset)="([^"]+)"`)

// site builds the repository's own documentation.
func site(t *testing.T) map[string]string {
	t.Helper()
	out := t.TempDir()
	if _, err := build(filepath.Join("..", ".."), out); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := filepath.Walk(out, func(name string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		below, _ := filepath.Rel(out, name)
		files[filepath.ToSlash(below)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryLinkOfTheSiteLeadsSomewhere(t *testing.T) {
	files := site(t)
	for name, text := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		for _, found := range attribute.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], ":") {
				continue
			}
			file, anchor, _ := strings.Cut(found[1], "#")
			to := name
			if file != "" {
				to = path.Join(path.Dir(name), file)
			}
			there, ok := files[to]
			if !ok {
				t.Errorf("%s links to %s, which is not there", name, found[1])
			} else if anchor != "" && !strings.Contains(there, `id="`+anchor+`"`) {
				t.Errorf("%s links to %s, which has no such heading", name, found[1])
			}
		}
	}
}

func TestTheSiteLoadsNothingFromElsewhere(t *testing.T) {
	loads := regexp.MustCompile(`(?:src|srcset)="([^"]+)"|<link[^>]+href="([^"]+)"|url\(([^)]+)\)|@import`)
	for name, text := range site(t) {
		if ext := path.Ext(name); ext != ".html" && ext != ".css" {
			continue
		}
		for _, found := range loads.FindAllStringSubmatch(text, -1) {
			if from := found[1] + found[2] + found[3]; from == "" || strings.Contains(from, ":") {
				t.Errorf("%s loads %s", name, found[0])
			}
		}
	}
}

func TestEachPageIsInTheNavigation(t *testing.T) {
	files := site(t)
	nav, _, _ := strings.Cut(files["index.html"], "</nav>")
	for name := range files {
		if path.Ext(name) == ".html" && name != "index.html" && !strings.HasPrefix(name, "repository/") && !strings.Contains(nav, `href="`+name+`"`) {
			t.Errorf("no way leads to %s", name)
		}
	}
}

func TestLinksToNothingAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		told string
	}{
		"no such file":    {"[x](none.md)", "docs/a.md links to none.md, which is not there"},
		"no such heading": {"[x](b.md#none)", "docs/a.md links to b.md#none, which has no such heading"},
		"of its own":      {"[x](#none)", "docs/a.md links to #none, which has no such heading"},
		"an image":        {"![x](images/none.png)", "docs/a.md links to images/none.png, which is not there"},
		"a picture":       {"<picture>\n<img src=\"images/none.png\">\n</picture>", "docs/a.md links to images/none.png, which is not there"},
		"all is well":     {"# A b_c, d\n\n[x](#a-b_c-d) [y](b.md#b) [z](https://example.com/#none)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{"docs/a.md": {Data: []byte(c.text)}, "docs/b.md": {Data: []byte("# B")}}
			for _, name := range beside {
				root[name] = &fstest.MapFile{Data: []byte("# Beside")}
			}
			pages, err := read(root)
			if err != nil {
				t.Fatal(err)
			}
			told := ""
			for _, problem := range deadLinks(root, pages) {
				told += problem.Error()
			}
			if told != c.told {
				t.Errorf("told %q, not %q", told, c.told)
			}
		})
	}
}
