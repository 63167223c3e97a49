package config

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v4"
)

// ToYAML writes a JSON document as YAML, its keys in the same order.
func ToYAML(document json.RawMessage) ([]byte, error) {
	root, problem := parseJSON(document)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(root.yaml()); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// ToJSON reads a document of any format as JSON, its keys in the same order. The error
// is a *Problems.
func ToJSON(document []byte) (json.RawMessage, error) {
	root, problem := parseNodes(document, Auto)
	if problem != nil {
		return nil, &Problems{List: []Problem{*problem}}
	}
	var found []Problem
	reportDuplicates(root, "", func(path string, at position, message string) {
		found = append(found, Problem{path, at.line, at.column, message})
	})
	if found != nil {
		return nil, &Problems{List: found}
	}
	return appendJSON(nil, root), nil
}

// yaml is the library's node of a node.
func (n *node) yaml() *yaml.Node {
	switch n.kind {
	case boolKind:
		text := "false"
		if n.truth {
			text = "true"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: text}
	case numberKind:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: n.text}
	case stringKind:
		y := &yaml.Node{}
		y.SetString(n.text)
		return y
	case listKind:
		y := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, e := range n.elements {
			y.Content = append(y.Content, e.yaml())
		}
		return y
	case objectKind:
		y := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, m := range n.members {
			key := &yaml.Node{}
			key.SetString(m.key)
			y.Content = append(y.Content, key, m.value.yaml())
		}
		return y
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
}
