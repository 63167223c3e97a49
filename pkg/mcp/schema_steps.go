package mcp

import (
	"errors"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// stepsMax is how many parts of a schema a check of arguments may come by. A schema of a
// kilobyte whose parts refer to each other twice each has more paths than anybody can go.
const stepsMax = 200_000

// steps counts, for one schema, what a check comes by.
type steps struct{ left int }

// errEndless: a check came to no end.
var errEndless = errors.New("the check of a tool's arguments takes too long")

// counted has a compiler count in the schemas that it makes.
func (s *steps) counted(c *jsonschema.Compiler) {
	c.AssertVocabs()
	c.RegisterVocabulary(&jsonschema.Vocabulary{
		URL: "tool:///steps",
		Compile: func(_ *jsonschema.CompilerContext, schema map[string]any) (jsonschema.SchemaExt, error) {
			return step{s, weight(schema)}, nil
		},
	})
}

// weight is how many parts a schema has that are looked at with it, and may not count
// themselves since their kind already tells that they do not fit.
func weight(schema map[string]any) int {
	w := 1
	for _, word := range [...]string{"allOf", "anyOf", "oneOf", "enum"} {
		if parts, ok := schema[word].([]any); ok {
			w += len(parts)
		}
	}
	return w
}

// step is a schema that counts.
type step struct {
	of     *steps
	weight int
}

// Validate implements jsonschema.SchemaExt. The library has no other way to be stopped.
func (s step) Validate(*jsonschema.ValidatorContext, any) {
	if s.of.left -= s.weight; s.of.left < 0 {
		panic(errEndless)
	}
}

// within runs a check, and returns errEndless where it comes to no end.
func (s *steps) within(check func() error) (err error) {
	s.left = stepsMax
	defer func() {
		if v := recover(); v != nil {
			if v != any(errEndless) {
				panic(v)
			}
			err = errEndless
		}
	}()
	return check()
}

// circles says whether a schema was found to be nothing but a way back to itself.
func circles(e *jsonschema.ValidationError) bool {
	if _, ok := e.ErrorKind.(*kind.RefCycle); ok {
		return true
	}
	for _, cause := range e.Causes {
		if circles(cause) {
			return true
		}
	}
	return false
}
