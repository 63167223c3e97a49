package config

import (
	"bytes"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Format is the syntax of a file.
type Format uint8

// The formats. Auto takes a document that begins with { for JSON, any other for YAML.
const (
	Auto Format = iota
	JSON
	YAML
)

// FormatOf tells the format of a file by the end of its name.
func FormatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		return JSON
	case ".yaml", ".yml":
		return YAML
	}
	return Auto
}

// Load reads a file. The error of a file that cannot be used is a *Problems;
// there is no Config then.
func Load(path string, opts ...Option) (*Config, []Note, error) {
	l := load(path, newOptions(opts))
	if l.problems != nil {
		return nil, l.notes, l.problems
	}
	return l.config, l.notes, nil
}

// Parse reads a document. Its relative file: references count from [WithDir],
// or else from the working directory. The error is a *Problems.
func Parse(data []byte, format Format, opts ...Option) (*Config, []Note, error) {
	l := parse(data, format, newOptions(opts))
	if l.problems != nil {
		return nil, l.notes, l.problems
	}
	return l.config, l.notes, nil
}

// Check lists all that is wrong with a file, and what is worth knowing of it.
func Check(path string, opts ...Option) ([]Problem, []Note) {
	l := load(path, newOptions(opts))
	if l.problems != nil {
		return l.problems.List, l.notes
	}
	return nil, l.notes
}

// loaded is what became of a file. problems is nil if it can be used.
type loaded struct {
	config   *Config
	notes    []Note
	problems *Problems
	files    fileDigests // all that was read
	root     *node
	// references are those that were followed, and what they stand for.
	references map[string]string
}

func load(path string, o options) loaded {
	o.dir = filepath.Dir(path)
	data, err := o.read(path, maxFileBytes)
	if err != nil {
		l := failed(Problem{Message: fileProblem(path, err)})
		l.files = fileDigests{path: digest(nil, err)}
		return l
	}
	l := parse(data, FormatOf(path), o)
	l.files.add(path, data, nil)
	if l.problems != nil {
		l.problems.File = path
	}
	return l
}

func parse(data []byte, format Format, o options) loaded {
	root, problem := parseNodes(data, format)
	if problem != nil {
		return failed(*problem)
	}
	if root.kind == nullKind {
		// Not a configuration without providers: a file that is being written
		// is empty for a moment.
		return failed(Problem{Message: "the file is empty"})
	}
	d := &decoder{options: o, at: make(map[string]position), files: make(fileDigests), references: make(map[string]string), root: root}
	reportDuplicates(root, "", func(path string, at position, message string) {
		d.problem(path, at, "%s", message)
	})
	d.setAside(root)
	var c Config
	d.section(root, reflect.ValueOf(&c).Elem(), "")
	for name, p := range c.Providers {
		nameKeys(p.Keys)
		c.Providers[name] = p
	}
	d.adopt(&c)
	check := checker{config: &c, known: o.known, at: d.at, problems: d.problems, notes: d.notes}
	check.all()
	l := check.result(&c, d.files)
	l.root, l.references = root, d.references
	return l
}

func failed(p Problem) loaded {
	return loaded{problems: &Problems{List: []Problem{p}}, files: make(fileDigests)}
}

func parseNodes(data []byte, format Format) (*node, *Problem) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > maxFileBytes {
		return nil, &Problem{Message: errTooLarge.Error()}
	}
	if !utf8.Valid(data) {
		return nil, &Problem{Message: "not UTF-8"}
	}
	begin := bytes.TrimLeft(data, " \t\r\n")
	if len(begin) == 0 {
		return &node{kind: nullKind}, nil
	}
	if format == JSON || (format == Auto && begin[0] == '{') {
		return parseJSON(data)
	}
	return parseYAML(data)
}

// nameKeys gives each key a name and an id, so that it can be spoken of.
func nameKeys(keys []Key) {
	for i := range keys {
		k := &keys[i]
		if k.Name == "" {
			k.Name = k.ID
		}
		if k.Name == "" {
			k.Name = "key-" + strconv.Itoa(i+1)
		}
		if k.ID == "" {
			k.ID = k.Name
		}
	}
}

// Validate checks a Config that was written in Go by the same declarations and
// rules as a file; a field left out has its default. The error is a *Problems.
func (c *Config) Validate(opts ...Option) ([]Note, error) {
	check := checker{config: c, known: newOptions(opts).known}
	check.bounds(reflect.ValueOf(c).Elem(), "")
	check.all()
	l := check.result(c, nil)
	if l.problems != nil {
		return l.notes, l.problems
	}
	return l.notes, nil
}
