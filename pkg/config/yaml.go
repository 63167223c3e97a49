package config

import (
	"bytes"
	"errors"
	"io"
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parseYAML reads one YAML document. Plain scalars mean what the core schema of
// YAML 1.2 says (§10.3), not what the library makes of them: yes is a string,
// 0777 is 777, 1e3 is a number.
func parseYAML(data []byte) (*node, *Problem) {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, yamlProblem(err)
	}
	var document, second yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) {
		return &node{kind: nullKind, at: position{1, 1}}, nil
	} else if err != nil {
		return nil, yamlProblem(err)
	}
	switch err := loader.Load(&second); {
	case err == nil:
		return nil, &Problem{Line: second.Line, Column: second.Column, Message: "more than one YAML document"}
	case !errors.Is(err, io.EOF):
		return nil, yamlProblem(err)
	}
	if len(document.Content) != 1 {
		return &node{kind: nullKind, at: position{1, 1}}, nil
	}
	var r yamlReader
	return r.value(document.Content[0], 0)
}

// yamlReader turns the library's nodes into ours.
type yamlReader struct{ nodes int }

func (r *yamlReader) value(y *yaml.Node, depth int) (*node, *Problem) {
	at := position{y.Line, y.Column}
	if r.nodes++; r.nodes > maxNodes {
		return nil, &Problem{Line: at.line, Column: at.column, Message: "the file grows too large when its aliases are followed"}
	}
	if depth > maxDepth {
		return nil, tooDeep(at)
	}
	n := &node{at: at}
	switch y.Kind {
	case yaml.AliasNode:
		// An alias may stand within what it names; depth ends that.
		return r.value(y.Alias, depth+1)
	case yaml.ScalarNode:
		return n, scalar(n, y)
	case yaml.SequenceNode:
		n.kind = listKind
		for _, c := range y.Content {
			e, problem := r.value(c, depth+1)
			if problem != nil {
				return nil, problem
			}
			n.elements = append(n.elements, e)
		}
		return n, wantTag(y, "!!seq")
	case yaml.MappingNode:
		n.kind = objectKind
		for i := 0; i+1 < len(y.Content); i += 2 {
			m, problem := r.member(y.Content[i], y.Content[i+1], depth)
			if problem != nil {
				return nil, problem
			}
			n.members = append(n.members, m)
		}
		return n, wantTag(y, "!!map")
	}
	return n, nil
}

func (r *yamlReader) member(k, v *yaml.Node, depth int) (member, *Problem) {
	at := position{k.Line, k.Column}
	if k.Kind != yaml.ScalarNode {
		return member{}, &Problem{Line: at.line, Column: at.column, Message: "a key must be a string"}
	}
	if k.Tag == "!!merge" {
		return member{}, &Problem{Line: at.line, Column: at.column, Message: "merge keys (<<) are not part of YAML 1.2"}
	}
	value, problem := r.value(v, depth+1)
	return member{key: k.Value, at: at, value: value}, problem
}

// wantTag refuses an explicit tag other than the standard one.
func wantTag(y *yaml.Node, tag string) *Problem {
	if y.Style&yaml.TaggedStyle == 0 || y.ShortTag() == tag {
		return nil
	}
	return &Problem{Line: y.Line, Column: y.Column, Message: "unknown YAML tag"}
}

var (
	yamlInt   = regexp.MustCompile(`^[-+]?[0-9]+$`)
	yamlOctal = regexp.MustCompile(`^0o[0-7]+$`)
	yamlHex   = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
	yamlFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// scalar gives n the kind and content of y.
func scalar(n *node, y *yaml.Node) *Problem {
	n.text = y.Value
	if y.Style&yaml.TaggedStyle != 0 {
		n.kind = stringKind
		if y.ShortTag() == "!!str" {
			return nil
		}
		return wantTag(y, "!!str")
	}
	if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		n.kind = stringKind
		return nil
	}
	n.kind, n.text, n.truth = plain(y.Value)
	return nil
}

// plain resolves a scalar without quotes or tag.
func plain(s string) (k kind, text string, truth bool) {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nullKind, "", false
	case "true", "True", "TRUE":
		return boolKind, "", true
	case "false", "False", "FALSE":
		return boolKind, "", false
	}
	switch {
	case yamlInt.MatchString(s), yamlFloat.MatchString(s):
		return numberKind, s, false
	case yamlOctal.MatchString(s):
		return numberKind, decimal(s[2:], 8), false
	case yamlHex.MatchString(s):
		return numberKind, decimal(s[2:], 16), false
	}
	return stringKind, s, false
}

// longestInteger is the number of digits beyond which an integer is left as it
// is, to be refused as too large, rather than converted at great cost.
const longestInteger = 64

func decimal(digits string, base int) string {
	if len(digits) > longestInteger {
		return strings.Repeat("9", longestInteger)
	}
	n, _ := new(big.Int).SetString(digits, base)
	return n.String()
}

// yamlProblem keeps the place and the kind of an error. An error of the composer
// is about an alias and would quote its name, which may be a password that
// begins with * and lacks quotes.
func yamlProblem(err error) *Problem {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return &Problem{Message: "not YAML"}
	}
	message := load.Message
	if load.Stage == yaml.ComposerStage {
		message = "alias to nothing; quote a value that begins with *"
	}
	return &Problem{Line: load.Mark.Line, Column: load.Mark.Column, Message: "not YAML: " + message}
}
