package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// field is the declaration of one key, read from the tags of a struct field:
//
//	json      its name, as encoding/json reads it
//	doc       what it means
//	default   its value when absent
//	minimum, maximum, enum   bounds; of a list or an object, of its elements
//	maxLength of a text, or of each of a list
//	required  "true": it must be there
//	unit      "s" or "ms": a whole number of these, or a string such as "1m30s"
//	nanos     "true", of one in seconds: from 10^9 on it is a number of nanoseconds, as encoding/json writes a time.Duration
//	ref       "true": env.NAME and file:PATH are followed; a Secret always does
//	switch    "true": false turns its whole section off
//	alias     other names, comma-separated
//	unused    "true": accepted and checked, not acted on; an Unused always is
//	kind      of an Unused or a Raw: what its value must be: object, array or, of the first, string
//
// The names are those that huma reads where it has them, so that an API may be
// described by the same structs.
type field struct {
	name     string
	index    int
	typ      reflect.Type
	doc      string
	standard string
	min, max *float64
	longest  int // characters; 0 is no bound
	enum     []string
	required bool
	unit     time.Duration
	nanos    bool
	ref      bool
	turnsOff bool
	aliases  []string
	unused   bool
	kind     string
}

// section is the declaration of an object: its fields in order.
type section struct {
	typ    reflect.Type
	fields []*field
	byName map[string]*field // aliases included
	names  []string          // without aliases
}

var (
	unusedType = reflect.TypeFor[Unused]()
	secretType = reflect.TypeFor[Secret]()
	sections   sync.Map // reflect.Type → *section
)

// sectionOf returns the declaration of a struct type. A tag that cannot be read
// is a mistake in this package, not in a file, and panics; a test reads them all.
func sectionOf(t reflect.Type) *section {
	if known, ok := sections.Load(t); ok {
		return known.(*section)
	}
	s := &section{typ: t, byName: make(map[string]*field)}
	for i := range t.NumField() {
		f := newField(t.Field(i), i)
		s.fields = append(s.fields, f)
		s.names = append(s.names, f.name)
		for _, name := range append([]string{f.name}, f.aliases...) {
			if s.byName[name] != nil {
				panic(fmt.Sprintf("config: %s declares %q twice", t, name))
			}
			s.byName[name] = f
		}
	}
	sections.Store(t, s)
	return s
}

func newField(sf reflect.StructField, index int) *field {
	name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
	f := &field{
		name:     name,
		index:    index,
		typ:      sf.Type,
		doc:      sf.Tag.Get("doc"),
		standard: sf.Tag.Get("default"),
		min:      bound(sf, "minimum"),
		max:      bound(sf, "maximum"),
		enum:     list(sf.Tag.Get("enum")),
		required: sf.Tag.Get("required") == "true",
		ref:      sf.Tag.Get("ref") == "true",
		turnsOff: sf.Tag.Get("switch") == "true",
		aliases:  list(sf.Tag.Get("alias")),
		unused:   sf.Tag.Get("unused") == "true" || sf.Type == unusedType,
		kind:     sf.Tag.Get("kind"),
		nanos:    sf.Tag.Get("nanos") == "true",
	}
	if n := bound(sf, "maxLength"); n != nil {
		f.longest = int(*n)
	}
	switch unit := sf.Tag.Get("unit"); unit {
	case "":
	case "s":
		f.unit = time.Second
	case "ms":
		f.unit = time.Millisecond
	default:
		panic(fmt.Sprintf("config: %s has unit %q", sf.Name, unit))
	}
	return f
}

func bound(sf reflect.StructField, tag string) *float64 {
	text := sf.Tag.Get(tag)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("config: %s has %s %q", sf.Name, tag, text))
	}
	return &n
}

func list(tag string) []string {
	if tag == "" {
		return nil
	}
	return strings.Split(tag, ",")
}

// defaultsOf returns a T with the defaults of its declaration.
func defaultsOf[T any]() T {
	var t T
	setDefaults(reflect.ValueOf(&t).Elem())
	return t
}

// setDefaults gives the fields of a struct, and of the structs in it, their defaults.
func setDefaults(v reflect.Value) {
	for _, f := range sectionOf(v.Type()).fields {
		switch fv := v.Field(f.index); {
		case f.typ == unusedType:
		case f.typ.Kind() == reflect.Struct:
			setDefaults(fv)
		case f.standard != "":
			fv.Set(f.defaultValue())
		}
	}
}

// defaultValue is the default as a value of the field's type.
func (f *field) defaultValue() reflect.Value {
	v := reflect.New(f.typ).Elem()
	target := v
	if f.typ.Kind() == reflect.Pointer {
		v.Set(reflect.New(f.typ.Elem()))
		target = v.Elem()
	}
	var err error
	switch target.Kind() {
	case reflect.String:
		target.SetString(f.standard)
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(f.standard)
		target.SetBool(b)
	case reflect.Int:
		var n int64
		n, err = strconv.ParseInt(f.standard, 10, 64)
		target.SetInt(n)
	case reflect.Float64:
		var n float64
		n, err = strconv.ParseFloat(f.standard, 64)
		target.SetFloat(n)
	default:
		err = fmt.Errorf("no default for a %s", target.Kind())
	}
	if err != nil {
		panic(fmt.Sprintf("config: %s has default %q: %v", f.name, f.standard, err))
	}
	return v
}
