package main

import (
	"encoding/json"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A part is what search finds: a heading and the text below it.
type part struct {
	Page  string `json:"p"`
	File  string `json:"f"`
	Title string `json:"t"`
	Text  string `json:"x"`
}

// partsOf cuts a page at its headings.
func partsOf(root ast.Node, content []byte) []part {
	var parts []part
	var text strings.Builder
	end := func() {
		if len(parts) > 0 {
			parts[len(parts)-1].Text = strings.Join(strings.Fields(text.String()), " ")
		}
		text.Reset()
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			end()
			anchor, _ := h.AttributeString("id")
			id, _ := anchor.([]byte)
			parts = append(parts, part{Title: plain(h, content), File: "#" + string(id)})
			continue
		}
		text.WriteString(words(n, content))
	}
	end()
	return parts
}

// words are those of a block and of the blocks in it, code too.
func words(n ast.Node, content []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			out.Write(n.Lines().Value(content))
		case *ast.Text:
			out.Write(n.Segment.Value(content))
			out.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// searchIndex is a script that says what can be found. It is no JSON, since a page that is opened
// from a disk may load scripts alone.
func searchIndex(pages []*page) ([]byte, error) {
	var all []part
	for _, p := range pages {
		if p.source == "CHANGELOG.md" {
			continue // it names everything
		}
		for _, found := range p.parts {
			found.Page, found.File = p.title, p.file+found.File
			all = append(all, found)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return append(append([]byte("const searched = "), text...), ";\n"...), nil
}
