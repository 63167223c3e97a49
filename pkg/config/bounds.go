package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// faultOfNumber is what is wrong with a number by the field's declaration, or "".
func (f *field) faultOfNumber(n float64) string {
	switch {
	case f.min != nil && n < *f.min:
		return "must be ≥ " + number(*f.min)
	case f.max != nil && n > *f.max:
		return "must be ≤ " + number(*f.max)
	}
	return f.faultOfText(number(n))
}

// faultOfText is what is wrong with a string by the field's declaration, or "".
func (f *field) faultOfText(text string) string {
	if f.longest > 0 && utf8.RuneCountInString(text) > f.longest {
		return fmt.Sprintf("must have at most %d characters", f.longest)
	}
	if len(f.enum) == 0 || slices.Contains(f.enum, text) {
		return ""
	}
	last := len(f.enum) - 1
	return "must be " + strings.Join(f.enum[:last], ", ") + " or " + f.enum[last]
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// bounds checks a Config that was written in Go, where a zero value is one that
// was left out. A file's values are checked as they are decoded.
func (c *checker) bounds(v reflect.Value, path string) {
	for _, f := range sectionOf(v.Type()).fields {
		fv, p := v.Field(f.index), child(path, f.name)
		switch {
		case f.unused:
		case !fv.IsZero():
			c.boundsOfValue(fv, p, f)
		case f.required:
			c.problem(p, "is required")
		}
	}
}

func (c *checker) boundsOfValue(v reflect.Value, path string, f *field) {
	message := ""
	if v.Type() == rawType {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		c.boundsOfValue(v.Elem(), path, f)
	case reflect.Struct:
		c.bounds(v, path)
	case reflect.Slice:
		for i := range v.Len() {
			c.boundsOfValue(v.Index(i), element(path, i), f)
		}
	case reflect.Map:
		entries := make(map[string]reflect.Value, v.Len())
		for it := v.MapRange(); it.Next(); {
			entries[it.Key().String()] = it.Value()
		}
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			c.boundsOfValue(entries[key], child(path, key), f)
		}
	case reflect.Int:
		message = f.faultOfNumber(float64(v.Int()))
	case reflect.Float64:
		message = f.faultOfNumber(v.Float())
	case reflect.String:
		message = f.faultOfText(v.String())
	}
	if message != "" {
		c.problem(path, "%s", message)
	}
}
