package genai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The readers below take one member of a request. One that is absent or null
// leaves what it is read into as it was; one of another type is an error.

func absent(v jsonx.Value) bool { return v == nil || v.IsNull() }

func readString(v jsonx.Value, param string, into *string) *api.Error {
	if absent(v) {
		return nil
	}
	s, ok := v.Str()
	if !ok {
		return wrongType(param, "a string")
	}
	*into = s
	return nil
}

// integer reads a whole number, also one in a string, which the JSON form of
// protocol buffers allows: https://protobuf.dev/programming-guides/json/
func integer(v jsonx.Value) (int64, bool) {
	if s, ok := v.Str(); ok {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	}
	return v.Int()
}

func readInt(v jsonx.Value, param string, into *api.Opt[int64]) *api.Error {
	if absent(v) {
		return nil
	}
	n, ok := integer(v)
	if !ok {
		return wrongType(param, "a whole number")
	}
	*into = api.Some(n)
	return nil
}

func readFloat(v jsonx.Value, param string, into *api.Opt[float64]) *api.Error {
	if absent(v) {
		return nil
	}
	n, ok := v.Float()
	if !ok {
		return wrongType(param, "a number")
	}
	*into = api.Some(n)
	return nil
}

func readBool(v jsonx.Value, param string, into *api.Opt[bool]) *api.Error {
	if absent(v) {
		return nil
	}
	b, ok := v.Bool()
	if !ok {
		return wrongType(param, "true or false")
	}
	*into = api.Some(b)
	return nil
}

func readStrings(v jsonx.Value, param string, into *[]string) *api.Error {
	if absent(v) {
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

// wantObject returns an error where v is there and is no object.
func wantObject(v jsonx.Value, param string) *api.Error {
	if absent(v) || v.Kind() == jsonx.Object {
		return nil
	}
	return wrongType(param, "an object")
}

// wantArray returns an error where v is there and is no array.
func wantArray(v jsonx.Value, param, of string) *api.Error {
	if absent(v) || v.Kind() == jsonx.Array {
		return nil
	}
	return wrongType(param, "an array of "+of)
}

// text returns the string at the member key of v, or at its snake_case twin;
// empty where there is none.
func text(v jsonx.Value, key, twin string) string {
	s, _ := either(v, key, twin).Str()
	return s
}

// either returns the member key of v, or its snake_case twin.
func either(v jsonx.Value, key, twin string) jsonx.Value {
	if m := v.Get(key); m != nil {
		return m
	}
	return v.Get(twin)
}

// invalid returns an error about the field param. What to do is a sentence; the
// field stands before it.
func invalid(code, param, what string) *api.Error {
	return api.Invalid(code, param, "%s: %s", param, what)
}

func wrongType(param, want string) *api.Error {
	return invalid("invalid_type", param, "The value must be "+want+".")
}

// at is the place of an element of an array, for errors.
func at(param string, index int) string { return param + "[" + strconv.Itoa(index) + "]" }
