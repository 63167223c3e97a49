package responses

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

func readString(v jsonx.Value, param string, into *string) *api.Error {
	if !present(v) {
		return nil
	}
	s, ok := v.Str()
	if !ok {
		return wrongType(param, "a string")
	}
	*into = s
	return nil
}

// readObject keeps an object as it is.
func readObject(v jsonx.Value, param, want string, into *api.JSON) *api.Error {
	if !present(v) {
		return nil
	}
	if v.Kind() != jsonx.Object {
		return wrongType(param, want)
	}
	*into = api.JSON(v)
	return nil
}

// text returns the string at path of v, empty where there is none.
func text(v jsonx.Value, path ...string) string {
	s, _ := v.Get(path...).Str()
	return s
}

// integer returns the integer at path of v, 0 where there is none.
func integer(v jsonx.Value, path ...string) int64 {
	n, _ := v.Get(path...).Int()
	return n
}

// present says whether v is there and not null.
func present(v jsonx.Value) bool { return v != nil && !v.IsNull() }

func wrongType(param, want string) *api.Error {
	return api.Invalid("invalid_type", param, "The field %q must be %s.", param, want)
}

// element names the element at index of the array param, and within a member of it.
func element(param string, index int) string { return param + "[" + strconv.Itoa(index) + "]" }

func within(param string, index int, member string) string {
	return element(param, index) + "." + member
}
