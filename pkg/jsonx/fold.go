package jsonx

import "strings"

// EqualFold says whether some decoder would take a member with the decoded name
// key for the field name. Go's encoding/json compares under Unicode's simple
// case folding, the widest in use: "Model" is model, and so are "ſtream" (with a
// long s) stream and "toolſ" tools.
func EqualFold(key []byte, name string) bool {
	return strings.EqualFold(Borrow(key), name)
}
