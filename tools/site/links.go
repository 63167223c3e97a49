package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// repository is where the source of what is no page can be read.
const repository = "https://github.com/asbru-gateway/asbru/blob/main/"

// target is what a link of a page leads to: a path in the repository and the heading there.
// What leads out of the repository, and code such as mailto:, has none.
func target(source, link string) (file, anchor string, ok bool) {
	if strings.Contains(link, ":") {
		return "", "", false
	}
	file, anchor, _ = strings.Cut(link, "#")
	if file == "" {
		return source, anchor, true
	}
	return path.Join(path.Dir(source), file), anchor, true
}

// linkFrom is a link of a page as the site has it.
func linkFrom(source, link string) string {
	file, anchor, ok := target(source, link)
	if !ok {
		return link
	}
	to := repository + file
	if isPage(file) {
		to = relative(fileOf(source), fileOf(file))
	} else if file == "docs" {
		to = relative(fileOf(source), "index.html")
	} else if strings.HasPrefix(file, "docs/images/") {
		to = link
	}
	if anchor != "" {
		to += "#" + anchor
	}
	return to
}

func isPage(file string) bool {
	if strings.HasPrefix(file, "docs/") {
		return path.Ext(file) == ".md"
	}
	for _, name := range beside {
		if file == name {
			return true
		}
	}
	return false
}

// relative is the way from one file of the site to another.
func relative(from, to string) string {
	return strings.Repeat("../", strings.Count(from, "/")) + to
}

// deadLinks are the links of pages that lead to no file or no heading.
func deadLinks(root fs.FS, pages []*page) []error {
	bySource := map[string]*page{}
	for _, p := range pages {
		bySource[p.source] = p
	}
	var problems []error
	for _, p := range pages {
		for _, link := range p.links {
			file, anchor, ok := target(p.source, link)
			if !ok {
				continue
			}
			if _, err := fs.Stat(root, file); err != nil {
				problems = append(problems, fmt.Errorf("%s links to %s, which is not there", p.source, link))
			} else if to := bySource[file]; anchor != "" && to != nil && !to.anchors[anchor] {
				problems = append(problems, fmt.Errorf("%s links to %s, which has no such heading", p.source, link))
			}
		}
	}
	return problems
}
