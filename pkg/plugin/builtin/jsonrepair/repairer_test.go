package jsonrepair_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/jsonrepair"
)

func TestWhatModelsWriteAlmostIsMadeWhole(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"a fence":                   {"```json\n{\"a\": 1}\n```", `{"a": 1}`},
		"prose around":              {"Here is the [requested] {JSON}:\n\n[1, 2]\nI hope it helps {you}.", `[1, 2]`},
		"cut off in a string":       {`{"a": "hel`, `{"a": "hel"}`},
		"cut off in an escape":      {`{"a": "x\`, `{"a": "x"}`},
		"cut off in \\u":            {`{"a": "x\u00`, `{"a": "x"}`},
		"cut off behind a name":     {`{"a": 1, "b"`, `{"a": 1, "b":null}`},
		"cut off behind a colon":    {`{"a": 1, "b":`, `{"a": 1, "b":null}`},
		"cut off behind a comma":    {`[1, [2, 3],`, `[1, [2, 3]]`},
		"cut off in a word":         {`[tru`, `[true]`},
		"cut off in a number":       {`[12.`, `[12]`},
		"cut off in an exponent":    {`[1e`, `[1]`},
		"a comma too many":          {`{"a": [1, 2, ], "b": 3, }`, `{"a": [1, 2 ], "b": 3 }`},
		"commas alone":              {`[,1,,2]`, `[1,2]`},
		"a comma is missing":        {"{\"a\": 1\n \"b\": [1 2]}", "{\"a\": 1\n ,\"b\": [1 ,2]}"},
		"a comma behind a text":     {"{\"a\": \"x\"\n\"b\": 1}", "{\"a\": \"x\"\n,\"b\": 1}"},
		"a value is missing":        {`{"a":, "b":}`, `{"a":null, "b":null}`},
		"a colon is missing":        {`{"a" 1}`, `{"a" :1}`},
		"simple quotes":             {`{'it''s': 'a "b" \'c\''}`, `{"it''s": "a \"b\" 'c'"}`},
		"no quotes":                 {`{a: b, c_1: -d}`, `{"a": "b", "c_1": "-d"}`},
		"Python":                    {`{"a": True, "b": None, "c": NaN}`, `{"a": true, "b": null, "c": null}`},
		"numbers":                   {`[+1, .5, 01, 1., -.5, 1.2.3]`, `[1, 0.5, "01", 1, -0.5, "1.2.3"]`},
		"lines in a text":           {"{\"a\": \"x\n\ty\"}", `{"a": "x\n\ty"}`},
		"an escape that is none":    {`{"a": "\d \u12 \'"}`, `{"a": "\\d \\u12 '"}`},
		"quotes in a text":          {`{"a": "he said "hi" to me", "b": 1}`, `{"a": "he said \"hi\" to me", "b": 1}`},
		"comments":                  {"{\"a\": 1, // one\n \"b\": /* two */ 2}", "{\"a\": 1, \n \"b\":  2}"},
		"a bracket of another kind": {`{"a": [1, 2}`, `{"a": [1, 2]}`},
		"doubled brackets":          {`{{"a":1}}`, `{"a":1}`},
		"a bracket too many":        {`{"a": 1]}`, `{"a": 1}`},
		"an object for a name":      {`{"b":2, {"a":1}}`, `{"b":2,"":{"a":1}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, changed := jsonrepair.Repair(tc.in)
			require.True(t, json.Valid([]byte(got)), got)
			var is, want any
			require.NoError(t, json.Unmarshal([]byte(tc.want), &want), "the test's own")
			require.NoError(t, json.Unmarshal([]byte(got), &is))
			require.Equal(t, want, is, got)
			require.True(t, changed)
		})
	}
}

func TestWhatIsNoJSONIsLeftAlone(t *testing.T) {
	for _, text := range []string{"", "Hello.", "A [note] and a {name}?", "[see above] and so on", strings.Repeat("prose ", 200) + `{"a":1}`} {
		got, changed := jsonrepair.Repair(text)
		require.False(t, changed)
		require.Equal(t, text, got)
	}
}

// inPieces repairs a text as a stream brings it.
func inPieces(text string, cut func(left int) int) string {
	var r jsonrepair.Repairer
	var out []byte
	for text != "" {
		n := cut(len(text))
		out = r.Append(out, text[:n])
		text = text[n:]
	}
	return string(r.End(out))
}

// values draws JSON as encoding/json writes it, with or without white space.
func values(t *rapid.T) string {
	var draw func(depth int) any
	draw = func(depth int) any {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 {
			kind = rapid.IntRange(5, 6).Draw(t, "container")
		}
		if depth > 3 {
			kind %= 5
		}
		switch kind {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.Float64Range(-1e20, 1e20).Draw(t, "number")
		case 3:
			return rapid.StringOf(rapid.RuneFrom([]rune("ab\"'\\/ \n\t{}[],:é漢\u2028"))).Draw(t, "text")
		case 4:
			return rapid.Int32().Draw(t, "int")
		case 5:
			list := make([]any, rapid.IntRange(0, 4).Draw(t, "n"))
			for i := range list {
				list[i] = draw(depth + 1)
			}
			return list
		}
		object := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			object[rapid.StringOf(rapid.RuneFrom([]rune("abc\" ':,"))).Draw(t, "name")] = draw(depth + 1)
		}
		return object
	}
	v := draw(0)
	raw, err := json.Marshal(v)
	if rapid.Bool().Draw(t, "indented") {
		raw, err = json.MarshalIndent(v, "", "  ")
	}
	require.NoError(t, err)
	return string(raw)
}

func TestValidJSONStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := values(t)
		got := inPieces(text, func(left int) int { return rapid.IntRange(1, left).Draw(t, "piece") })
		if got != text {
			t.Fatalf("%q\nbecame\n%q", text, got)
		}
	})
}

func TestJSONThatIsCutOffBecomesValidInAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := values(t)
		text = text[:rapid.IntRange(1, len(text)).Draw(t, "cut")]
		whole, _ := jsonrepair.Repair(text)
		got := inPieces(text, func(left int) int { return rapid.IntRange(1, left).Draw(t, "piece") })
		if got != whole {
			t.Fatalf("%q\nin pieces became\n%q\nas a whole\n%q", text, got, whole)
		}
		if strings.Trim(text, "[{ \n") != "" && !json.Valid([]byte(got)) {
			t.Fatalf("%q\nbecame\n%q", text, got)
		}
	})
}

func FuzzRepair(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2,{"b":"c\u00e9"}],}`, "```json\n{'a': True // x\n}", `[1 2 "3" 'x' {a:b}}`, `{"a" "b": /* */ tru`, `{/`, `{"a"/`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, changed := jsonrepair.Repair(text)
		if changed && !json.Valid([]byte(got)) {
			t.Fatalf("%q became %q", text, got)
		}
		if pieces := inPieces(text, func(int) int { return 1 }); changed && pieces != got {
			t.Fatalf("%q became %q, in pieces %q", text, got, pieces)
		}
		again, changed := jsonrepair.Repair(got)
		if json.Valid([]byte(got)) && strings.HasPrefix(got, "{\"") && again != got {
			t.Fatalf("%q became %q, changed: %t", got, again, changed)
		}
	})
}

func BenchmarkRepair(b *testing.B) {
	var list []map[string]any
	for i := range 20 {
		list = append(list, map[string]any{"id": i, "name": "A name of some length", "tags": []string{"a", "b"}, "text": strings.Repeat("words ", 10)})
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	require.NoError(b, err)
	text := string(raw[:len(raw)-10])
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		jsonrepair.Repair(text)
	}
}
