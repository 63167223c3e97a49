package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// decoder lays a tree of nodes over a struct, collecting every problem rather
// than stopping at the first.
type decoder struct {
	options  options
	problems []Problem
	notes    []Note
	at       map[string]position // of each path that the file has
	off      int                 // > 0 within a section that is switched off
	files    fileDigests
	// references are those that were followed, and what they stand for.
	references map[string]string
	root       *node                                  // of the configuration; nil of anything else
	vault      func(reference string) (string, error) // opened at the first reference to it
}

func (d *decoder) problem(path string, at position, format string, args ...any) {
	d.problems = append(d.problems, Problem{path, at.line, at.column, fmt.Sprintf(format, args...)})
}

func (d *decoder) note(path string, at position, message string) {
	d.notes = append(d.notes, Note{path, at.line, at.column, message})
}

// section decodes an object into a struct.
func (d *decoder) section(n *node, v reflect.Value, path string) {
	setDefaults(v)
	if n.kind != objectKind {
		d.wrongKind(n, path, "an object")
		return
	}
	s := sectionOf(v.Type())
	if s.isOff(n) {
		d.off++
		defer func() { d.off-- }()
	}
	given := make(map[*field]string, len(n.members))
	for _, m := range n.members {
		f := s.byName[m.key]
		if f == nil {
			d.problem(child(path, m.key), m.at, "%s", unknown("key", m.key, s.names))
			continue
		}
		if m.value.kind == nullKind {
			continue // Bifrost's exports spell what is not given as null.
		}
		p := child(path, m.key)
		if first := given[f]; first != "" && first != m.key {
			d.problem(p, m.at, "is another name of %s, which is given too", first)
			continue
		}
		given[f] = m.key
		if m.key != f.name {
			d.note(p, m.at, "is another name of "+f.name)
		}
		if f.unused {
			d.note(p, m.at, unusedNote)
		}
		d.at[p] = m.at
		d.value(m.value, v.Field(f.index), p, f)
	}
	for _, f := range s.fields {
		if f.required && given[f] == "" {
			d.problem(child(path, f.name), n.at, "is required")
		}
	}
}

// isOff says whether the object's own switch turns it off.
func (s *section) isOff(n *node) bool {
	for _, f := range s.fields {
		if f.turnsOff {
			value := n.get(f.name)
			return value != nil && value.kind == boolKind && !value.truth
		}
	}
	return false
}

// value decodes any node. f declares the bounds of v, or of its elements.
func (d *decoder) value(n *node, v reflect.Value, path string, f *field) {
	switch {
	case v.Type() == unusedType:
		d.unused(n, path, f)
		return
	case v.Type() == secretType:
		v.SetString(d.secret(n, path))
		return
	case v.Type() == rawType:
		v.SetBytes(d.raw(n, path, f))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, f)
	case reflect.Struct:
		if all, ok := v.Addr().Interface().(everything); ok && n.kind == stringKind && n.text == everyName {
			all.allowAll()
			return
		}
		d.section(n, v, path)
	case reflect.Map:
		d.object(n, v, path, f)
	case reflect.Slice:
		d.list(n, v, path, f)
	case reflect.String:
		d.text(n, v, path, f)
	case reflect.Bool:
		if n.kind != boolKind {
			d.wrongKind(n, path, boolKind.String())
			return
		}
		v.SetBool(n.truth)
	case reflect.Int, reflect.Float64:
		d.number(n, v, path, f)
	default:
		panic(fmt.Sprintf("config: cannot decode a %s", v.Type()))
	}
}

func (d *decoder) wrongKind(n *node, path, want string) {
	d.problem(path, n.at, "must be %s, not %s", want, n.kind)
}

func (d *decoder) object(n *node, v reflect.Value, path string, f *field) {
	if n.kind != objectKind {
		d.wrongKind(n, path, "an object")
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.members)))
	for _, m := range n.members {
		p := child(path, m.key)
		d.at[p] = m.at
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(m.value, e, p, f)
		v.SetMapIndex(reflect.ValueOf(m.key), e)
	}
}

func (d *decoder) list(n *node, v reflect.Value, path string, f *field) {
	if n.kind != listKind {
		d.wrongKind(n, path, "a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.elements), len(n.elements)))
	for i, e := range n.elements {
		p := element(path, i)
		d.at[p] = e.at
		d.value(e, v.Index(i), p, f)
	}
}

func (d *decoder) text(n *node, v reflect.Value, path string, f *field) {
	if n.kind != stringKind {
		d.wrongKind(n, path, "a string")
		return
	}
	if message := f.faultOfText(n.text); message != "" {
		d.problem(path, n.at, "%s", message)
		return
	}
	if f.ref {
		v.SetString(d.resolve(n.text, path, n.at))
		return
	}
	v.SetString(n.text)
}

func (d *decoder) number(n *node, v reflect.Value, path string, f *field) {
	value, message := f.parseNumber(n, v.Kind() == reflect.Int)
	if message == "" {
		message = f.faultOfNumber(value)
	}
	switch {
	case message != "":
		d.problem(path, n.at, "%s", message)
	case v.Kind() == reflect.Int:
		v.SetInt(int64(value))
	default:
		v.SetFloat(value)
	}
}

// largestWhole is the largest number that a JSON reader elsewhere keeps exactly;
// a time in units stays within a time.Duration far below it.
const largestWhole = 1 << 53

// parseNumber returns the number that n stands for, in the field's unit, or what
// is wrong with it.
func (f *field) parseNumber(n *node, whole bool) (value float64, message string) {
	switch {
	case n.kind == stringKind && f.unit > 0:
		t, err := time.ParseDuration(n.text)
		if err != nil || t%f.unit != 0 {
			return 0, fmt.Sprintf("must be a whole number of %s, or such a time with its unit, like \"%s\"", unitName(f.unit), 90*time.Second)
		}
		return float64(t / f.unit), ""
	case n.kind != numberKind:
		return 0, fmt.Sprintf("must be a number, not %s", n.kind)
	}
	value, err := strconv.ParseFloat(n.text, 64)
	if err != nil {
		return 0, "is out of range"
	}
	if !whole {
		return value, ""
	}
	if f.nanos && value >= float64(time.Second) { // Bifrost writes times so
		value /= float64(f.unit)
	}
	if value != math.Trunc(value) {
		return 0, "must be a whole number"
	}
	limit := float64(largestWhole)
	if f.unit > 0 {
		limit = float64(math.MaxInt64 / int64(f.unit))
	}
	if math.Abs(value) > limit {
		return 0, "is out of range"
	}
	return value, ""
}

// unused checks no more than the kind of a value that is not acted on.
func (d *decoder) unused(n *node, path string, f *field) {
	want := map[string]kind{"object": objectKind, "array": listKind, "string": stringKind}[f.kind]
	if want != nullKind && n.kind != want {
		d.wrongKind(n, path, want.String())
	}
}

func unitName(unit time.Duration) string {
	if unit == time.Second {
		return "seconds"
	}
	return "milliseconds"
}
