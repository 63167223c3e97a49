package anthropic

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The readers below take one member of a request. A member that is absent or
// null leaves what it is read into as it was; one of another type is an error
// that names it.

func readString(v jsonx.Value, param string, into *string) *api.Error {
	if v.IsNull() || v == nil {
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
	if v.IsNull() || v == nil {
		return nil
	}
	n, ok := v.Int()
	if !ok {
		return wrongType(param, "an integer")
	}
	*into = api.Some(n)
	return nil
}

func readFloat(v jsonx.Value, param string, into *api.Opt[float64]) *api.Error {
	if v.IsNull() || v == nil {
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
	if v.IsNull() || v == nil {
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
	if v.IsNull() || v == nil {
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

// invalid returns an error about the field param, empty for the very value that
// is being read. What to do is a sentence; the field stands before it.
func invalid(code, param, what string) *api.Error {
	if param == "" {
		return api.Invalid(code, "", "%s", what)
	}
	return api.Invalid(code, param, "%s: %s", param, what)
}

func wrongType(param, want string) *api.Error {
	return invalid("invalid_type", param, "The value must be "+want+".")
}

// within puts the error of an element under its place in the array param.
func within(err *api.Error, param string, index int) *api.Error {
	place := param + "[" + strconv.Itoa(index) + "]"
	if err.Param == "" {
		err.Param, err.Message = place, place+": "+err.Message
	} else {
		err.Param, err.Message = place+"."+err.Param, place+"."+err.Message
	}
	return err
}
