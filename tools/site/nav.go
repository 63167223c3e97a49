package main

import (
	"errors"
	"regexp"
	"strings"
)

// A group is a part of the navigation.
type group struct {
	Title string
	Pages []section
}

var (
	groupTitle = regexp.MustCompile(`^## (.+)$`)
	groupPage  = regexp.MustCompile(`\]\(([^)#]+\.md)\)`)
)

// navigation is the list that docs/README.md is, with the pages' own titles.
func navigation(pages []*page) ([]group, error) {
	titles := map[string]string{}
	var list string
	for _, p := range pages {
		titles[p.source] = p.title
		if p.source == "docs/README.md" {
			list = p.markdown
		}
	}
	var groups []group
	for line := range strings.SplitSeq(list, "\n") {
		if m := groupTitle.FindStringSubmatch(line); m != nil {
			groups = append(groups, group{Title: m[1]})
		}
		for _, m := range groupPage.FindAllStringSubmatch(line, -1) {
			file, _, _ := target("docs/README.md", m[1])
			if len(groups) == 0 || titles[file] == "" {
				continue
			}
			last := &groups[len(groups)-1]
			last.Pages = append(last.Pages, section{Title: titles[file], Link: fileOf(file)})
		}
	}
	if len(groups) == 0 {
		return nil, errors.New("docs/README.md lists no pages below headings")
	}
	return groups, nil
}
