package take_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

func TestAMemberOfAnotherTypeIsAnErrorThatNamesIt(t *testing.T) {
	var (
		text    string
		list    []string
		integer api.Opt[int64]
		number  api.Opt[float64]
		boolean api.Opt[bool]
		object  api.JSON
	)
	for name, c := range map[string]struct {
		read func(jsonx.Value) *api.Error
		good string
		bad  []string
		want string
	}{
		"string":  {func(v jsonx.Value) *api.Error { return take.String(v, "p", &text) }, `"a"`, []string{`1`, `{}`}, "a string"},
		"strings": {func(v jsonx.Value) *api.Error { return take.Strings(v, "p", &list) }, `["a"]`, []string{`"a"`, `[1]`}, "an array of strings"},
		"integer": {func(v jsonx.Value) *api.Error { return take.Int(v, "p", &integer) }, `2`, []string{`"2"`, `2.5`}, "an integer"},
		"number":  {func(v jsonx.Value) *api.Error { return take.Float(v, "p", &number) }, `2.5`, []string{`"2"`, `[]`}, "a number"},
		"boolean": {func(v jsonx.Value) *api.Error { return take.Bool(v, "p", &boolean) }, `true`, []string{`"true"`, `1`}, "true or false"},
		"object":  {func(v jsonx.Value) *api.Error { return take.Object(v, "p", "an object", &object) }, `{"a":1}`, []string{`[]`, `1`}, "an object"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, absent := range []jsonx.Value{nil, jsonx.Value("null"), jsonx.Value(c.good)} {
				require.Nil(t, c.read(absent))
			}
			for _, bad := range c.bad {
				err := c.read(jsonx.Value(bad))
				require.NotNil(t, err, bad)
				require.Equal(t, "invalid_type", err.Code)
				require.Equal(t, "p", err.Param)
				require.Equal(t, "p: The value must be "+c.want+".", err.Message)
			}
		})
	}
	require.Equal(t, []any{"a", []string{"a"}, int64(2), 2.5, true, `{"a":1}`}, []any{text, list, integer.V, number.V, boolean.V, string(object)})
}

func TestAPlaceInAnArrayIsNamed(t *testing.T) {
	require.Equal(t, "tools[2]", take.Within("tools", 2, ""))
	require.Equal(t, "tools[2].name", take.Within("tools", 2, "name"))
}
