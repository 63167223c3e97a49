package prompt

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func content(t testing.TB, messages string, params ...string) *Content {
	t.Helper()
	c := &Content{}
	require.NoError(t, json.Unmarshal([]byte(messages), &c.Messages))
	if len(params) > 0 {
		require.NoError(t, json.Unmarshal([]byte(params[0]), &c.Params))
	}
	return c
}

func TestPlaceholders(t *testing.T) {
	values := map[string]string{"name": "Ada", "n_1": "{{name}}"}
	for text, want := range map[string]string{
		"":                         "",
		"Hello {{name}}!":          "Hello Ada!",
		"{{ name }}{{name}}":       "AdaAda",
		"{{n_1}}":                  "{{name}}", // what a value says is text
		"{{{name}}}":               "{{{name}}}",
		"{{no name}} {{name":       "{{no name}} {{name",
		"{{}} {{ }} }} {{":         "{{}} {{ }} }} {{",
		`{"a": {"b": "{{name}}"}}`: `{"a": {"b": "Ada"}}`,
		"{{a{{name}}":              "{{aAda",
		"{{" + strings.Repeat("a", maxVariable+1) + "}}": "{{" + strings.Repeat("a", maxVariable+1) + "}}",
	} {
		got, err := expand(text, func(name string) (string, error) { return values[name], nil })
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

func TestATextWithoutPlaceholdersStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("{} a\x00é"))).Draw(t, "text")
		if strings.Contains(strings.ReplaceAll(text, " ", ""), "{{a") {
			return
		}
		got, err := expand(text, func(string) (string, error) { return "", nil })
		if err != nil || got != text {
			t.Fatalf("%q became %q: %v", text, got, err)
		}
	})
}

func FuzzExpand(f *testing.F) {
	f.Add("a {{b}} {{c", "v")
	f.Fuzz(func(t *testing.T, text, value string) {
		if got, err := expand(text, func(string) (string, error) { return value, nil }); err != nil || value == "" && len(got) > len(text) {
			t.Fatal(got, err)
		}
	})
}

func TestValuesAreTextsNumbersAndBooleans(t *testing.T) {
	v, err := ParseValues(api.JSON(`{"a": "x\n", "b": 1.50, "c": true}`))
	require.Nil(t, err)
	require.Equal(t, Values{"a": "x\n", "b": "1.50", "c": "true"}, v)
	v, err = ParseValues(nil)
	require.Nil(t, err)
	require.Empty(t, v)
	for _, bad := range []string{`[]`, `"a"`, `{"a": {}}`, `{"a": []}`, `{"a": null}`, `{`} {
		_, err := ParseValues(api.JSON(bad))
		require.NotNil(t, err, bad)
	}
}

func TestAPromptStandsBeforeWhatTheCallerSays(t *testing.T) {
	c := content(t, `[{"role":"system","content":"You help {{company}}."},{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"}]`,
		`{"temperature":0.5,"max_tokens":10,"response_format":{"type":"json_object"},"own_thing":1}`)
	shared, err := c.compile()
	require.NoError(t, err)
	names, err := c.Variables()
	require.NoError(t, err)
	require.Equal(t, []string{"company"}, names)

	f, refused := fill(shared, Values{"company": "ACME", "unused": "x"})
	require.Nil(t, refused)
	to := &api.Request{
		ExtraOf:  "openai",
		System:   []api.Part{{Kind: api.PartText, Text: "Be brief."}},
		Messages: []api.Message{{Role: api.RoleUser, Parts: []api.Part{{Kind: api.PartText, Text: "And {{company}}?"}}}},
		Sampling: api.Sampling{Temperature: api.Some(0.0)},
	}
	f.Apply(to)
	require.Equal(t, []string{"You help ACME.", "Be brief."}, []string{to.System[0].Text, to.System[1].Text})
	require.Len(t, to.Messages, 3)
	require.Equal(t, "And {{company}}?", to.Messages[2].Parts[0].Text, "what a caller says has no placeholders")
	require.Equal(t, api.Some(0.0), to.Sampling.Temperature, "the caller's own counts")
	require.Equal(t, api.Some(int64(10)), to.Sampling.MaxTokens)
	require.Equal(t, api.FormatJSON, to.Format.Kind)
	require.Equal(t, "own_thing", to.Extra[0].Name)

	other, refused := fill(shared, Values{"company": "Other"}) // the shared one is as it was
	require.Nil(t, refused)
	require.Equal(t, "You help Other.", other.request.System[0].Text)
	_, refused = fill(shared, nil)
	require.Equal(t, "missing_prompt_variable", refused.Code)
	require.Equal(t, "prompt.variables.company", refused.Param)
}

func TestContentThatIsNoneIsRefused(t *testing.T) {
	for name, c := range map[string]*Content{
		"no messages":     content(t, `[]`),
		"no message":      content(t, `["hello"]`),
		"an unknown role": content(t, `[{"role":"wizard","content":"x"}]`),
		"a wrong type":    content(t, `[{"role":"user","content":"x"}]`, `{"temperature":"hot"}`),
		"a reserved name": content(t, `[{"role":"user","content":"x"}]`, `{"stream":true}`),
		"too long":        content(t, `[{"role":"user","content":"`+strings.Repeat("x", MaxVersion)+`"}]`),
	} {
		var refused *ContentError
		require.ErrorAs(t, c.check(), &refused, name)
	}
	require.NoError(t, content(t, `[{"role":"user","content":"x"}]`).check())
}
