package main

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

//go:embed look
var look embed.FS

// beside are the pages that do not lie in docs but belong to it.
var beside = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}

// build writes the site of the repository at root into out, and returns of how many pages it is.
func build(root, out string) (int, error) {
	pages, err := read(os.DirFS(root))
	if err != nil {
		return 0, err
	}
	if problems := deadLinks(os.DirFS(root), pages); len(problems) > 0 {
		return 0, errors.Join(problems...)
	}
	layout, err := template.ParseFS(look, "look/page.html")
	if err != nil {
		return 0, err
	}
	if err := os.RemoveAll(out); err != nil {
		return 0, err
	}
	sections, err := navigation(pages)
	if err != nil {
		return 0, err
	}
	for _, p := range pages {
		var text strings.Builder
		if err := layout.Execute(&text, p.view(sections)); err != nil {
			return 0, fmt.Errorf("%s: %w", p.source, err)
		}
		if err := write(out, p.file, []byte(text.String())); err != nil {
			return 0, err
		}
	}
	index, err := searchIndex(pages)
	if err != nil {
		return 0, err
	}
	if err := write(out, "index.js", index); err != nil {
		return 0, err
	}
	for _, name := range []string{"site.css", "search.js"} {
		text, err := look.ReadFile("look/" + name)
		if err != nil {
			return 0, err
		}
		if err := write(out, name, text); err != nil {
			return 0, err
		}
	}
	return len(pages), copyImages(filepath.Join(root, "docs", "images"), out)
}

// read renders every page, in the order of their names.
func read(root fs.FS) ([]*page, error) {
	names := append([]string(nil), beside...)
	err := fs.WalkDir(root, "docs", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".md" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var pages []*page
	for _, name := range names {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		p, err := render(name, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pages = append(pages, p)
	}
	return pages, nil
}

func write(out, name string, text []byte) error {
	to := filepath.Join(out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

func copyImages(from, out string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.CopyFS(filepath.Join(out, "images"), os.DirFS(from))
}
