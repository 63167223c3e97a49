package bedrock

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What the canonical form has no word for travels in Extra under its path. A path
// ends with a dot where it names the object itself.
const (
	atTop       = ""
	inInference = "inferenceConfig."
	inOutput    = "outputConfig."
	ofModel     = "additionalModelRequestFields."
)

func extra(dst []api.Field, path, key string, v jsonx.Value) []api.Field {
	return append(dst, api.Field{Name: path + key, Value: api.JSON(v)})
}

// own returns the fields that came with a request or an answer of this dialect.
func own(fields []api.Field, of string) []api.Field {
	if of != name {
		return nil
	}
	return fields
}

// extras writes those of the fields that are members of the object at path.
func (o *object) extras(fields []api.Field, path string) {
	for i := range fields {
		key, ok := strings.CutPrefix(fields[i].Name, path)
		if ok && strings.IndexByte(key, '.') < 0 {
			o.raw(key, fields[i].Value)
		}
	}
}

// inside writes the object name with what fill adds to it; nothing where that is
// nothing.
func (o *object) inside(name string, fill func(in *object)) {
	dst, some := o.dst, o.some
	o.key(name)
	in := begin(o.dst)
	fill(&in)
	if !in.some {
		o.dst, o.some = dst, some
		return
	}
	o.dst = in.end()
}
