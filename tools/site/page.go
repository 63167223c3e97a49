package main

import (
	"bytes"
	"html/template"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// A page is one Markdown file, rendered.
type page struct {
	source   string // its path in the repository
	markdown string
	file     string // its path in the site
	title    string
	body     template.HTML
	tops     []section // its headings of the second level
	anchors  map[string]bool
	links    []string // as they are written
	parts    []part   // what search finds
}

// A section is what navigation leads to.
type section struct{ Title, Link string }

// markdown has what GitHub has. HTML in pages is let through: it is our own.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// picture is where an element of HTML has its picture from.
var picture = regexp.MustCompile(`(?:src|srcset)="([^"]+)"`)

func render(source string, content []byte) (*page, error) {
	p := &page{source: source, markdown: string(content), file: fileOf(source), title: source, anchors: map[string]bool{}}
	context := parser.NewContext(parser.WithIDs(headingIDs{p.anchors}))
	root := markdown.Parser().Parse(text.NewReader(content), parser.WithContext(context))
	p.parts = partsOf(root, content)
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			p.heading(n, content)
		case *ast.Link:
			p.links = append(p.links, string(n.Destination))
			n.Destination = []byte(linkFrom(source, string(n.Destination)))
		case *ast.Image:
			p.links = append(p.links, string(n.Destination))
		case *ast.HTMLBlock:
			for _, found := range picture.FindAllSubmatch(n.Lines().Value(content), -1) {
				p.links = append(p.links, string(found[1]))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, content, root); err != nil {
		return nil, err
	}
	p.body = template.HTML(out.String()) //nolint:gosec // the documentation is our own
	return p, nil
}

func (p *page) heading(n *ast.Heading, content []byte) {
	title := plain(n, content)
	switch n.Level {
	case 1:
		p.title = title
	case 2:
		if id, ok := n.AttributeString("id"); ok {
			p.tops = append(p.tops, section{Title: title, Link: "#" + string(id.([]byte))})
		}
	}
}

// view is what the template shows of a page.
func (p *page) view(nav []group) map[string]any {
	up := strings.Repeat("../", strings.Count(p.file, "/"))
	return map[string]any{"Title": p.title, "Body": p.body, "Tops": p.tops, "Nav": nav, "Up": up, "File": p.file, "Source": repository + p.source}
}

// fileOf is where in the site a page lies: docs is its root, and what lies at the repository's
// root comes beside it. README.md of docs is where the site opens.
func fileOf(source string) string {
	name, inDocs := strings.CutPrefix(source, "docs/")
	if !inDocs {
		return "repository/" + strings.ToLower(strings.TrimSuffix(name, ".md")) + ".html"
	}
	if path.Base(name) == "README.md" {
		return path.Join(path.Dir(name), "index.html")
	}
	return strings.TrimSuffix(name, ".md") + ".html"
}

// plain is the text of a node without its marks.
func plain(n ast.Node, content []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				out.Write(n.Segment.Value(content))
				if n.SoftLineBreak() {
					out.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				out.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// headingIDs names headings as GitHub does.
type headingIDs struct{ taken map[string]bool }

func (ids headingIDs) Generate(value []byte, _ ast.NodeKind) []byte {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(string(value)))
	id := name
	for n := 1; ids.taken[id]; n++ {
		id = name + "-" + strconv.Itoa(n)
	}
	ids.taken[id] = true
	return []byte(id)
}

func (ids headingIDs) Put(value []byte) { ids.taken[string(value)] = true }
