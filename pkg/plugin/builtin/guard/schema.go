package guard

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is what an answer's text must fit.
type schema struct {
	compiled *jsonschema.Schema // nil: the one that the call came with
	tries    int
}

func newSchema(c *config.GuardrailCheck) (*schema, error) {
	s := &schema{tries: 2}
	if c.Tries != nil {
		s.tries = *c.Tries
	}
	if len(c.Schema) == 0 {
		return s, nil
	}
	var err error
	s.compiled, err = compileSchema(c.Schema)
	return s, err
}

// noLoad keeps a schema from being read from elsewhere.
type noLoad struct{}

func (noLoad) Load(string) (any, error) {
	return nil, errors.New("schemas are not loaded from elsewhere")
}

func compileSchema(text []byte) (*jsonschema.Schema, error) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("schema: not JSON: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.UseLoader(noLoad{})
	if err := c.AddResource("schema.json", value); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return s, nil
}

// of returns the schema that an answer to r must fit, nil where there is none.
func (s *schema) of(r *api.Request) *jsonschema.Schema {
	if s.compiled != nil || r == nil || r.Format.Kind != api.FormatSchema {
		return s.compiled
	}
	compiled, err := compileSchema(r.Format.Schema)
	if err != nil {
		return nil // the provider says so to its caller
	}
	return compiled
}

// misfit says where a text does not fit, "" for nowhere. It never quotes the text.
func misfit(s *jsonschema.Schema, text string) string {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return "it is not JSON"
	}
	var invalid *jsonschema.ValidationError
	if err := s.Validate(value); !errors.As(err, &invalid) {
		return ""
	}
	const most = 5
	var all []string
	causes(invalid, func(at []string, keyword []string) bool {
		place := "/" + strings.Join(at, "/")
		all = append(all, fmt.Sprintf("at %s it does not satisfy %s", place, strings.Join(keyword, "/")))
		return len(all) < most
	})
	return strings.Join(all, "; ")
}

// causes calls yield with the places that are wrong by themselves.
func causes(e *jsonschema.ValidationError, yield func(at, keyword []string) bool) bool {
	if len(e.Causes) == 0 {
		return yield(e.InstanceLocation, e.ErrorKind.KeywordPath())
	}
	for _, c := range e.Causes {
		if !causes(c, yield) {
			return false
		}
	}
	return true
}
