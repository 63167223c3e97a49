package cohere

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What readOpt says that it wants.
const (
	anInteger = "an integer"
	aNumber   = "a number"
	aBoolean  = "true or false"
)

// readOpt reads one member of a request by read. A member that is absent or null
// leaves into as it was.
func readOpt[T any](v jsonx.Value, param, want string, read func(jsonx.Value) (T, bool), into *api.Opt[T]) *api.Error {
	if !present(v) {
		return nil
	}
	val, ok := read(v)
	if !ok {
		return wrongType(param, want)
	}
	*into = api.Some(val)
	return nil
}

// readStrings reads an array of strings.
func readStrings(v jsonx.Value, param string, into *[]string) *api.Error {
	if !present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return wrongType(param, "an array of strings")
	}
	for e := range v.Elements() {
		s, ok := e.Str()
		if !ok {
			return wrongType(param, "an array of strings")
		}
		*into = append(*into, s)
	}
	return nil
}

// text returns the string at path of v, empty where there is none.
func text(v jsonx.Value, path ...string) string {
	s, _ := v.Get(path...).Str()
	return s
}

// present says whether v is there and not null.
func present(v jsonx.Value) bool { return v != nil && !v.IsNull() }

func wrongType(param, want string) *api.Error {
	return api.Invalid("invalid_type", param, "The field %q must be %s.", param, want)
}

// within names a member of the element at index of the array param.
func within(param string, index int, member string) string {
	param += "[" + strconv.Itoa(index) + "]"
	if member == "" {
		return param
	}
	return param + "." + member
}
