package bedrock

import (
	"strconv"
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// object writes the members of one JSON object behind dst.
type object struct {
	dst  []byte
	some bool // a member has been written
}

func begin(dst []byte) object { return object{dst: append(dst, '{')} }

func (o *object) end() []byte { return append(o.dst, '}') }

// key writes a member's name; its value is to follow in o.dst.
func (o *object) key(name string) {
	if o.some {
		o.dst = append(o.dst, ',')
	}
	o.some = true
	o.dst = jsonx.AppendString(o.dst, name)
	o.dst = append(o.dst, ':')
}

func (o *object) str(name, v string) {
	o.key(name)
	o.dst = jsonx.AppendString(o.dst, v)
}

// word writes a string unless it is empty.
func (o *object) word(name, v string) {
	if v != "" {
		o.str(name, v)
	}
}

func (o *object) strs(name string, vs []string) {
	if len(vs) == 0 {
		return
	}
	o.key(name)
	o.dst = append(o.dst, '[')
	for i, v := range vs {
		o.dst = appendComma(o.dst, i)
		o.dst = jsonx.AppendString(o.dst, v)
	}
	o.dst = append(o.dst, ']')
}

func (o *object) int(name string, v int64) {
	o.key(name)
	o.dst = strconv.AppendInt(o.dst, v, 10)
}

func (o *object) float(name string, v float64) {
	o.key(name)
	o.dst = jsonx.AppendFloat(o.dst, v)
}

func (o *object) bool(name string, v bool) {
	o.key(name)
	o.dst = strconv.AppendBool(o.dst, v)
}

func (o *object) optInt(name string, v api.Opt[int64]) {
	if v.Set {
		o.int(name, v.V)
	}
}

func (o *object) optFloat(name string, v api.Opt[float64]) {
	if v.Set {
		o.float(name, v.V)
	}
}

// raw writes a value as it is; nothing where there is none.
func (o *object) raw(name string, v api.JSON) {
	if len(v) > 0 {
		o.key(name)
		o.dst = append(o.dst, v...)
	}
}

// appendComma appends the comma before the element with number i of an array.
func appendComma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

// lend returns s as bytes without copying it, for a reader that does not change them.
func lend(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
