package mcp

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// problemsMax is how much of what is wrong with arguments is told.
const problemsMax = 1 << 10

// check says what is wrong with the arguments of a call, by the tool's own schema, before
// the server sees them.
func (t *Tool) check(arguments api.JSON) *api.Error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(arguments))
	if err != nil {
		return api.Invalid("invalid_tool_arguments", "arguments", "The arguments of the tool %q are not JSON.", t.Name)
	}
	if _, ok := value.(map[string]any); !ok {
		return api.Invalid("invalid_tool_arguments", "arguments", "The arguments of the tool %q must be a JSON object.", t.Name)
	}
	schema, err := t.schema()
	if err != nil {
		return api.Errorf(api.KindUnavailable, "mcp_bad_tool", "The tool %q has a schema that cannot be used.", t.Name)
	}
	var wrong *jsonschema.ValidationError
	switch err := schema.validate(value); {
	case err == nil:
		return nil
	case errors.Is(err, errEndless):
		return api.Errorf(api.KindUnavailable, "mcp_bad_tool", "The tool %q has a schema by which these arguments cannot be checked in a reasonable time.", t.Name)
	case errors.As(err, &wrong) && circles(wrong):
		return api.Errorf(api.KindUnavailable, "mcp_bad_tool", "The tool %q has a schema that only leads back to itself.", t.Name)
	case errors.As(err, &wrong):
		return api.Invalid("invalid_tool_arguments", "arguments", "The arguments of the tool %q break its schema: %s", t.Name, problems(wrong))
	default:
		return api.Invalid("invalid_tool_arguments", "arguments", "The arguments of the tool %q break its schema.", t.Name)
	}
}

// schema returns the compiled schema, nil where the tool has none.
func (t *Tool) schema() (*checker, error) {
	if t.compiled == nil {
		return compileSchema(t.Schema)
	}
	t.compiled.once.Do(func() { t.compiled.schema, t.compiled.err = compileSchema(t.Schema) })
	return t.compiled.schema, t.compiled.err
}

// checker checks arguments by a schema, one at a time. Nil takes all.
type checker struct {
	mu     sync.Mutex
	steps  steps
	schema *jsonschema.Schema
}

func (c *checker) validate(value any) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steps.within(func() error { return c.schema.Validate(value) })
}

// compileSchema compiles a schema that refers to nothing outside of itself.
func compileSchema(raw api.JSON) (*checker, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read a tool's schema: %w", err)
	}
	const name = "tool:///schema.json"
	made := &checker{}
	c := jsonschema.NewCompiler()
	c.UseLoader(nothingElse{})
	made.steps.counted(c)
	if err := c.AddResource(name, document); err != nil {
		return nil, fmt.Errorf("read a tool's schema: %w", err)
	}
	if made.schema, err = c.Compile(name); err != nil {
		return nil, fmt.Errorf("compile a tool's schema: %w", err)
	}
	return made, nil
}

// nothingElse loads no schema: a server must not have files read or addresses fetched.
type nothingElse struct{}

func (nothingElse) Load(string) (any, error) {
	return nil, errors.New("a tool's schema refers to another document")
}

// problems lists what is wrong, each with where it is.
func problems(e *jsonschema.ValidationError) string {
	_, list, _ := strings.Cut(e.Error(), "\n- ") // before it stands the schema's name
	return bounded(strings.ReplaceAll(list, "\n- ", "; "), problemsMax)
}
