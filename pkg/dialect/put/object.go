package put

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Object writes the members of one JSON object behind Dst.
type Object struct{ Dst []byte }

// Begin opens an object behind dst.
func Begin(dst []byte) Object { return Object{append(dst, '{')} }

// End closes it.
func (o *Object) End() []byte { return append(o.Dst, '}') }

// Key writes a member's name; its value is to follow in Dst.
func (o *Object) Key(name string) { o.Dst = Key(o.Dst, name) }

// Text writes a string.
func (o *Object) Text(name, s string) { o.Dst = Text(o.Dst, name, s) }

// Some writes a string unless it is empty.
func (o *Object) Some(name, s string) { o.Dst = Some(o.Dst, name, s) }

// Strings writes an array of strings unless it is empty.
func (o *Object) Strings(name string, list []string) {
	if len(list) > 0 {
		o.Dst = Strings(o.Dst, name, list)
	}
}

// Int writes an integer.
func (o *Object) Int(name string, n int64) { o.Dst = Int(o.Dst, name, n) }

// Float writes a number.
func (o *Object) Float(name string, f float64) { o.Dst = jsonx.AppendFloat(Key(o.Dst, name), f) }

// Bool writes a boolean.
func (o *Object) Bool(name string, b bool) { o.Dst = strconv.AppendBool(Key(o.Dst, name), b) }

// OptInt writes an integer, if there is one.
func (o *Object) OptInt(name string, n api.Opt[int64]) { o.Dst = OptInt(o.Dst, name, n) }

// OptFloat writes a number, if there is one.
func (o *Object) OptFloat(name string, f api.Opt[float64]) { o.Dst = OptFloat(o.Dst, name, f) }

// OptBool writes a boolean, if there is one.
func (o *Object) OptBool(name string, b api.Opt[bool]) { o.Dst = OptBool(o.Dst, name, b) }

// Raw writes a value as it is; nothing where there is none.
func (o *Object) Raw(name string, v api.JSON) { o.Dst = Raw(o.Dst, name, v) }

// Extras writes those of the fields that are members of the object at path, which ends
// with a dot or is empty.
func (o *Object) Extras(fields []api.Field, path string) {
	for i := range fields {
		key, ok := strings.CutPrefix(fields[i].Name, path)
		if ok && strings.IndexByte(key, '.') < 0 {
			o.Raw(key, fields[i].Value)
		}
	}
}

// Inside writes the object name with what fill adds to it; nothing where that is
// nothing.
func (o *Object) Inside(name string, fill func(in *Object)) {
	before := len(o.Dst)
	o.Key(name)
	in := Begin(o.Dst)
	empty := len(in.Dst)
	fill(&in)
	if len(in.Dst) == empty {
		o.Dst = in.Dst[:before]
		return
	}
	o.Dst = in.End()
}
