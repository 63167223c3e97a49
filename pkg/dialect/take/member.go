package take

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The readers below take one member of a request. A member that is absent or null
// leaves what it is read into as it was; one of another type is an error that names
// it by param, its place in the request.

// Opt takes a member by read; want is what an error says that it should have been.
func Opt[T any](v jsonx.Value, param, want string, read func(jsonx.Value) (T, bool), into *api.Opt[T]) *api.Error {
	if !Present(v) {
		return nil
	}
	val, ok := read(v)
	if !ok {
		return WrongType(param, want)
	}
	*into = api.Some(val)
	return nil
}

// Int takes an integer.
func Int(v jsonx.Value, param string, into *api.Opt[int64]) *api.Error {
	return Opt(v, param, AnInteger, jsonx.Value.Int, into)
}

// Float takes a number.
func Float(v jsonx.Value, param string, into *api.Opt[float64]) *api.Error {
	return Opt(v, param, "a number", jsonx.Value.Float, into)
}

// Bool takes a boolean.
func Bool(v jsonx.Value, param string, into *api.Opt[bool]) *api.Error {
	return Opt(v, param, ABoolean, jsonx.Value.Bool, into)
}

// String takes a string.
func String(v jsonx.Value, param string, into *string) *api.Error {
	if !Present(v) {
		return nil
	}
	s, ok := v.Str()
	if !ok {
		return WrongType(param, "a string")
	}
	*into = s
	return nil
}

// Strings takes an array of strings, behind those that are there.
func Strings(v jsonx.Value, param string, into *[]string) *api.Error {
	const want = "an array of strings"
	if !Present(v) {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return WrongType(param, want)
	}
	for e := range v.Elements() {
		s, ok := e.Str()
		if !ok {
			return WrongType(param, want)
		}
		*into = append(*into, s)
	}
	return nil
}

// Object takes an object as it is.
func Object(v jsonx.Value, param, want string, into *api.JSON) *api.Error {
	if err := WantObject(v, param, want); err != nil || !Present(v) {
		return err
	}
	*into = api.JSON(v)
	return nil
}

// WantObject returns an error where v is there and is no object.
func WantObject(v jsonx.Value, param, want string) *api.Error {
	return wantKind(v, jsonx.Object, param, want)
}

// WantArray returns an error where v is there and is no array.
func WantArray(v jsonx.Value, param, want string) *api.Error {
	return wantKind(v, jsonx.Array, param, want)
}

func wantKind(v jsonx.Value, kind jsonx.Kind, param, want string) *api.Error {
	if Present(v) && v.Kind() != kind {
		return WrongType(param, want)
	}
	return nil
}

// Present says whether v is there and not null.
func Present(v jsonx.Value) bool { return v != nil && !v.IsNull() }

// Text returns the string at a path in v, empty where there is none.
func Text(v jsonx.Value, path ...string) string {
	s, _ := v.Get(path...).Str()
	return s
}

// Integer returns the integer at a path in v, 0 where there is none.
func Integer(v jsonx.Value, path ...string) int64 {
	n, _ := v.Get(path...).Int()
	return n
}
