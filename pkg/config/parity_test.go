package config

import (
	"reflect"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/integration/parity"
)

func TestThePageOnParityIsRightAboutTheConfiguration(t *testing.T) {
	for _, row := range parity.Rows(t, "Configuration") {
		under := row.Under + "."
		if row.Under == "The file" {
			under = ""
		}
		for _, name := range row.Names {
			f := fieldAt(under + name)
			switch {
			case f == nil:
				t.Errorf("docs/parity.md has the key %s, which no configuration may have", under+name)
			case row.IsKept() && f.unused:
				t.Errorf("docs/parity.md has the key %s, which is not acted on", under+name)
			case row.IsMissing() && !f.unused:
				t.Errorf("docs/parity.md misses the key %s, which is acted on by now", under+name)
			}
		}
	}
}

// fieldAt is the declaration of the key at a path such as providers.NAME.keys[].id; nil
// where there is none.
func fieldAt(path string) *field {
	var f *field
	of := reflect.TypeFor[Config]()
	for step := range strings.SplitSeq(path, ".") {
		if step == "NAME" {
			continue // what objects hold has been gone into already
		}
		if of.Kind() != reflect.Struct {
			return nil
		}
		if f = sectionOf(of).byName[strings.TrimSuffix(step, "[]")]; f == nil {
			return nil
		}
		of, _ = heldBy(f.typ, "")
	}
	return f
}
