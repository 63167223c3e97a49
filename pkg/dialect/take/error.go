package take

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// What an error says that a value should have been.
const (
	AnInteger = "an integer"
	ABoolean  = "true or false"
)

// WrongType returns the error about a member of another type than want, "a string".
func WrongType(param, want string) *api.Error {
	return Invalid("invalid_type", param, "The value must be "+want+".")
}

// Invalid returns an error about the member param, empty for the very value that is
// being read. What to do is a sentence; the member stands before it.
func Invalid(code, param, what string) *api.Error {
	if param == "" {
		return api.Invalid(code, "", "%s", what)
	}
	return api.Invalid(code, param, "%s: %s", param, what)
}

// At names the element at an index of the array param, for errors.
func At(param string, index int) string { return param + "[" + strconv.Itoa(index) + "]" }

// Within names a member of the element at an index of the array param; "" is the
// element itself.
func Within(param string, index int, member string) string {
	if member == "" {
		return At(param, index)
	}
	return At(param, index) + "." + member
}
