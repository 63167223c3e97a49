package bedrock

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

func readInt(v jsonx.Value, param string, into *api.Opt[int64]) *api.Error {
	if absent(v) {
		return nil
	}
	n, ok := v.Int()
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

// text returns the string at a path in v; empty where there is none.
func text(v jsonx.Value, path ...string) string {
	s, _ := v.Get(path...).Str()
	return s
}

// invalid returns an error about the field param. What to do is a sentence; the
// field stands before it.
func invalid(code, param, what string) *api.Error {
	return api.Invalid(code, param, "%s: %s", param, what)
}

func wrongType(param, want string) *api.Error {
	return invalid("invalid_type", param, "The value must be "+want+".")
}

func unsupported(param, what string) *api.Error {
	err := api.Errorf(api.KindUnsupported, "unsupported_field", "%s: %s", param, what)
	err.Param = param
	return err
}

func unsupportedContent(what string) *api.Error {
	return api.Errorf(api.KindUnsupported, "unsupported_content", "Amazon Bedrock's Converse does not take %s.", what)
}

// at is the place of an element of an array, for errors.
func at(param string, index int) string { return param + "[" + strconv.Itoa(index) + "]" }
