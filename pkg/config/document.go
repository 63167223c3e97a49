package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Document is a configuration as nodes pass it to each other: as it was written,
// and what its references stood for on the node where it was read. So a
// configuration that names env.OPENAI_KEY can be shown and edited as such, and
// still works on a node that has no such variable. It holds secrets: keep it
// sealed.
type Document struct {
	// JSON is the configuration with its references as they are.
	JSON json.RawMessage `json:"configuration"`
	// References are the values of env.NAME, file:PATH and vault:PATH#FIELD.
	References map[string]string `json:"references,omitempty"`
}

// ReadDocument reads and checks a configuration. The error is a *Problems.
func ReadDocument(data []byte, format Format, opts ...Option) (*Document, []Note, error) {
	l := parse(data, format, newOptions(opts))
	if l.problems != nil {
		return nil, l.notes, l.problems
	}
	return l.document(), l.notes, nil
}

// Document reads the file as [Watcher.Load] does.
func (w *Watcher) Document() (*Document, []Note, error) {
	l := load(w.path, newOptions(w.opts))
	w.files = l.files
	if l.problems != nil {
		return nil, l.notes, l.problems
	}
	return l.document(), l.notes, nil
}

func (l *loaded) document() *Document {
	return &Document{JSON: appendJSON(nil, l.root), References: l.references}
}

// Config decodes and checks the document. The error is a *Problems.
func (d *Document) Config(opts ...Option) (*Config, []Note, error) {
	references := d.References
	if references == nil {
		references = map[string]string{}
	}
	return Parse(d.JSON, JSON, append(opts, withReferences(references))...)
}

// appendJSON writes a parsed file as JSON, its keys in the order of the file.
func appendJSON(dst []byte, n *node) []byte {
	switch n.kind {
	case boolKind:
		return fmt.Append(dst, n.truth)
	case numberKind:
		return append(dst, jsonNumber(n.text)...)
	case stringKind:
		return appendJSONString(dst, n.text)
	case listKind:
		dst = append(dst, '[')
		for i, e := range n.elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case objectKind:
		dst = append(dst, '{')
		for i, m := range n.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONString(dst, m.key), ':')
			dst = appendJSON(dst, m.value)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

func appendJSONString(dst []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil { // no string fails
		panic(err)
	}
	return append(dst, quoted...)
}

// jsonNumber spells a number that YAML allows, such as +1, .5 or 5., as JSON does.
func jsonNumber(text string) string {
	if json.Valid([]byte(text)) {
		return text
	}
	sign := ""
	text = strings.TrimPrefix(text, "+")
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", rest
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	whole, part, _ := strings.Cut(mantissa, ".")
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	out := sign + whole
	if part != "" {
		out += "." + part
	}
	if exponent != "" {
		out += "e" + exponent
	}
	return out
}

// Resolve fills in what the references of a document stand for that came over the
// network: what known says, or else this process's environment, or the Vault. Files, and the
// program's own variables, are not read for somebody elsewhere. A reference that
// leads nowhere is left out, and reported when the document is decoded.
func (d *Document) Resolve(known map[string]string, opts ...Option) error {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return &Problems{List: []Problem{*problem}}
	}
	o := newOptions(opts)
	d.References = map[string]string{}
	var vault func(reference string) (string, error)
	var visit func(n *node)
	visit = func(n *node) {
		for _, m := range n.members {
			visit(m.value)
		}
		for _, e := range n.elements {
			visit(e)
		}
		if n.kind != stringKind || !isReference(n.text) {
			return
		}
		if value, ok := known[n.text]; ok {
			d.References[n.text] = value
			return
		}
		if isInVault(n.text) {
			if vault == nil {
				vault = d.openVault(root, o)
			}
			if value, err := vault(n.text); err == nil {
				d.References[n.text] = value
			}
			return
		}
		name, isEnv := strings.CutPrefix(n.text, "env.")
		if !isEnv || strings.HasPrefix(strings.ToUpper(name), "ASBRU_") {
			return
		}
		if value, ok := o.env(name); ok && value != "" {
			d.References[n.text] = value
		}
	}
	if secrets := root.get("secrets"); secrets != nil {
		visit(secrets) // the others may be in the Vault, whose address is here
	}
	visit(root)
	return nil
}

// openVault opens the Vault that the document's references so far lead to.
func (d *Document) openVault(root *node, o options) func(reference string) (string, error) {
	if o.openVault == nil {
		return func(string) (string, error) { return "", errNoVault }
	}
	o.references = d.References
	return o.openVault(vaultIn(root, o))
}

var errNoVault = errors.New("there is no Vault")

// Refreshed returns the document with what its references to the Vault stand for by now,
// nil if that is what they stood for. One that cannot be followed keeps what it stood for,
// and is told.
func (d *Document) Refreshed(read func(reference string) (string, error), failed func(reference string, err error)) *Document {
	fresh := &Document{JSON: d.JSON, References: maps.Clone(d.References)}
	changed := false
	for _, reference := range slices.Sorted(maps.Keys(d.References)) {
		if !isInVault(reference) {
			continue
		}
		value, err := read(reference)
		if err != nil {
			failed(reference, err)
			continue
		}
		changed = changed || value != d.References[reference]
		fresh.References[reference] = value
	}
	if !changed {
		return nil
	}
	return fresh
}
