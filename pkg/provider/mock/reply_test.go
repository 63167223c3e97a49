package mock

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPiecesAreTheTextInWholeRunes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, n := rapid.String().Draw(t, "text"), rapid.IntRange(0, 40).Draw(t, "n")
		var got []string
		pieces(text, n, func(p string) { got = append(got, p) })
		require.Equal(t, text, strings.Join(got, ""))
		for _, p := range got {
			require.True(t, utf8.ValidString(p))
			require.NotEmpty(t, p)
		}
		if n > 0 {
			require.LessOrEqual(t, len(got), n)
		}
	})
}

func TestPiecesAreAsManyAsAsked(t *testing.T) {
	for _, n := range []int{1, 2, 7, 50, 600} {
		count := 0
		pieces(fill("", 600), n, func(string) { count++ })
		require.Equal(t, n, count)
	}
}

func TestToolsAreCalledWhenTheyAreNamed(t *testing.T) {
	tools := []tool{{name: "alpha"}, {name: "beta"}}
	for name, tc := range map[string]struct {
		p    prompt
		want []string
	}{
		"not mentioned":              {prompt{user: "hello"}, nil},
		"mentioned":                  {prompt{user: "use beta"}, []string{"beta"}},
		"in parallel":                {prompt{user: "use beta and alpha"}, []string{"alpha", "beta"}},
		"one at a time":              {prompt{user: "use beta and alpha", oneCall: true}, []string{"alpha"}},
		"forbidden":                  {prompt{user: "use beta", choice: choiceNone}, nil},
		"required":                   {prompt{user: "hello", choice: choiceRequired}, []string{"alpha"}},
		"required and mentioned":     {prompt{user: "use beta", choice: choiceRequired}, []string{"beta"}},
		"named":                      {prompt{user: "use alpha", choice: choiceNamed, named: "beta"}, []string{"beta"}},
		"named, but not there":       {prompt{user: "use alpha", choice: choiceNamed, named: "gamma"}, nil},
		"not again after its result": {prompt{user: "use beta", results: []string{"done"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tc.p.tools = tools
			var got []string
			for _, c := range tc.p.calls() {
				require.Equal(t, "{}", c.args)
				got = append(got, c.name)
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestLongPromptIsToldByItsHash(t *testing.T) {
	a := compose(&prompt{user: strings.Repeat("a", 5000)}, &plan{}).text
	b := compose(&prompt{user: strings.Repeat("a", 4999) + "b"}, &plan{}).text
	require.Contains(t, a, "5000 bytes, hash ")
	require.NotEqual(t, a, b)
}

func TestTextIsCutAtTheLimitBetweenRunes(t *testing.T) {
	r := compose(&prompt{user: "äöüäöü", maxTokens: 3}, &plan{})
	require.Equal(t, finishLength, r.finish)
	require.Equal(t, "You said: ä", r.text)
	require.Equal(t, 3, r.usage.output)
}

func FuzzExampleIsJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, `null`, `[]`, `{"type":"object","properties":{"a":{"type":["string","null"],"minLength":9}}}`,
		`{"$ref":"#/$defs/a","$defs":{"a":{"type":"array","minItems":3,"items":{"$ref":"#/$defs/a"}}}}`,
		`{"anyOf":[{"const":1},{"enum":["a"]}]}`, `{"type":"NUMBER","minimum":-1.5e3}`,
		`{"type":"string","minLength":-1,"format":"date"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, schema []byte) {
		if !json.Valid(schema) || len(schema) > 4096 {
			return
		}
		if got := exampleOf(schema); !json.Valid([]byte(got)) {
			t.Errorf("%s makes %.200s", schema, got)
		}
	})
}
