package transcript

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWordsAreWhatIsSaidAndNotHowItIsWritten(t *testing.T) {
	for text, want := range map[string]string{
		`{"role":"user","content":"Line\nTwo \u00e9t\u00e9","n":7}`: "user line two été",
		`[{"a" : "b"}, "c`:                       "b c",
		"data: {\"delta\":\"Hi\"}\n\n":           "hi",
		`He said "x": y.`:                        "he said x y",
		"snake_case foo.bar a-b":                 "snake case foo bar a b",
		"東京 tower":                               "東 京 tower",
		"नमस्ते":                                 "नमस्ते",
		strings.Repeat("A", 65) + " fits":        "fits",
		`{"a":"` + strings.Repeat("w ", 3) + `"`: "w w w",
		"":                                       "",
	} {
		said := Transcript{Response: Body{Text: text}}
		require.Equal(t, want, strings.Join(said.Words(), " "), text)
	}
	endless := Transcript{Request: Body{Text: strings.Repeat("w ", 100_000)}, Response: Body{Text: "answer"}}
	require.Len(t, endless.Words(), mostWords+1)
}

func TestAQueryIsWordsAndPhrases(t *testing.T) {
	for text, want := range map[string][]Phrase{
		"":                   nil,
		" * \"\" ' ":         nil,
		"One two":            {{Words: []string{"one"}}, {Words: []string{"two"}}},
		`say "One two" thr*`: {{Words: []string{"say"}}, {Words: []string{"one", "two"}}, {Words: []string{"thr"}, Open: true}},
		`"open end* `:        {{Words: []string{"open", "end"}, Open: true}},
		"a.b":                {{Words: []string{"a", "b"}}},
		"東京":                 {{Words: []string{"東", "京"}}},
		"x' OR 1=1 --":       {{Words: []string{"x"}}, {Words: []string{"or"}}, {Words: []string{"1", "1"}}},
	} {
		require.Equal(t, want, ParseQuery(text), text)
	}
	require.Len(t, ParseQuery(strings.Repeat("w ", 1000)), mostPhrases)
}
