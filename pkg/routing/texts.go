// Hot path.

package routing

import (
	"errors"
	"reflect"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// texts is a group of values as CEL sees it: a map in which nothing is, but which is
// asked for when it is needed. A map of all the headers of a request would cost more
// than the rules themselves.
type texts struct {
	source Source
	group  Group
}

var _ traits.Mapper = (*texts)(nil)

// Find implements traits.Mapper.
func (t *texts) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return nil, false
	}
	v, ok := t.source.Text(t.group, lower(string(name)))
	if !ok {
		return nil, false
	}
	switch v := v.(type) {
	case string:
		return types.String(v), true
	case float64:
		return types.Double(v), true
	case int64:
		return types.Int(v), true
	case bool:
		return types.Bool(v), true
	}
	return types.NullValue, true
}

// lower is strings.ToLower for what mostly is in lower case.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return strings.ToLower(s)
		}
	}
	return s
}

// Get implements traits.Indexer.
func (t *texts) Get(key ref.Val) ref.Val {
	if v, ok := t.Find(key); ok {
		return v
	}
	return errMissing
}

var errMissing = types.NewErr(noSuchKey)

// Contains implements traits.Container.
func (t *texts) Contains(key ref.Val) ref.Val {
	_, ok := t.Find(key)
	return types.Bool(ok)
}

// Size implements traits.Sizer.
func (t *texts) Size() ref.Val { return types.Int(len(t.names())) }

// Iterator implements traits.Iterable.
func (t *texts) Iterator() traits.Iterator {
	return types.DefaultTypeAdapter.NativeToValue(t.names()).(traits.Lister).Iterator()
}

func (t *texts) names() (all []string) {
	t.source.Names(t.group, func(name string) bool {
		all = append(all, lower(name))
		return len(all) < maxNames
	})
	return all
}

// maxNames bounds what an expression goes through.
const maxNames = 200

var errNoMap = errors.New("a request's values are no map outside of a rule")

// ConvertToNative implements ref.Val.
func (*texts) ConvertToNative(reflect.Type) (any, error) { return nil, errNoMap }

// ConvertToType implements ref.Val.
func (t *texts) ConvertToType(to ref.Type) ref.Val {
	switch to {
	case types.MapType:
		return t
	case types.TypeType:
		return types.MapType
	}
	return types.WrapErr(errNoMap)
}

// Equal implements ref.Val: such a map is equal to none.
func (t *texts) Equal(other ref.Val) ref.Val { return types.Bool(other == ref.Val(t)) }

// Type implements ref.Val.
func (*texts) Type() ref.Type { return types.MapType }

// Value implements ref.Val.
func (t *texts) Value() any { return t }
