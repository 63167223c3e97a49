package jsonx_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestTheLastStringOfASpellingIsFound(t *testing.T) {
	for text, want := range map[string]int{
		`{"a":"x","b":["x"]}`:     14,
		`{"x":1}`:                 1,
		`["a\"x\"","y"]`:          -1,
		`["a","b"]`:               -1,
		`[",","a"]`:               -1,
		`["\\","x","\"x"]`:        6,
		`["x`:                     -1,
		``:                        -1,
		`"x"`:                     0,
		`{"t":"say \"x\"","x":2}`: 17,
	} {
		at, ok := jsonx.LastString(jsonx.Value(text), []byte(`"x"`))
		require.Equal(t, want >= 0, ok, text)
		if ok {
			require.Equal(t, jsonx.Span{want, want + 3}, at, text)
		}
	}
	_, ok := jsonx.LastString(jsonx.Value(`["a","b"]`), []byte(`","`))
	require.False(t, ok, "what stands between two strings is none")
}
