package jsonx_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func canonical(text string) string { return string(jsonx.AppendCanonical(nil, jsonx.Value(text), nil)) }

func TestSpellingsOfOneValueAreOneText(t *testing.T) {
	for name, texts := range map[string][]string{
		"order of members":  {`{"a":1,"b":{"c":2,"d":3}}`, `{"b":{"d":3,"c":2},"a":1}`},
		"space":             {`[1,{"a":null}]`, " [ 1 ,\n\t{ \"a\" : null } ]\r\n"},
		"numbers":           {`100`, `1e2`, `1E+2`, `100.0`, `1.00e2`, `1000e-1`, `0.1e3`},
		"small numbers":     {`0.7`, `7e-1`, `0.70`, `70e-2`},
		"negative numbers":  {`-1.5`, `-15e-1`, `-1.50`},
		"zero":              {`0`, `-0`, `0.0`, `0e9`, `-0.00E-7`},
		"escapes":           {`"a/\u00e9\n\"\\\t"`, `"\u0061\/é\u000a\u0022\u005c\u0009"`},
		"pairs":             {`"😀"`, `"\ud83d\ude00"`, `"\uD83D\uDE00"`},
		"names":             {`{"a":1,"é":2}`, `{"\u00e9":2,"\u0061":1}`},
		"control character": {`"\u0001"`, `"\u0001"`},
	} {
		for _, text := range texts {
			require.NoError(t, jsonx.Valid([]byte(text)), name)
			require.Equal(t, canonical(texts[0]), canonical(text), name)
		}
	}
}

func TestDifferentValuesAreDifferentTexts(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{
		`1`, `"1"`, `[1]`, `{"1":1}`, `true`, `false`, `null`, `""`, `{}`, `[]`, `[[]]`, `[{}]`, `10`, `-1`, `0.1`,
		`9007199254740993`, `9007199254740992`, // which are one double
		`1e400`, `1e401`, `1e-400`, // which are none
		`1e99999999999999999999`, `1e99999999999999999998`,
		`"\ud800"`, `"\udc00"`, `"\ufffd"`, `"\\ud800"`, `"\ud800\ud800"`, // surrogates alone
		`"a\u0000b"`, `"ab"`, `"a\\u0000b"`, `"A"`, `"a"`, `"a "`, `"é"`, `"e\u0301"`,
		`{"a":1,"a":2}`, `{"a":2,"a":1}`, `{"a":1}`, `{"a":2}`, `{"a":[1,2]}`, `{"a":[2,1]}`, `{"a,b":1}`, `{"a":1,"b":1}`,
		`["a","b"]`, `["a,b"]`, `["a\",\"b"]`,
	} {
		require.NoError(t, jsonx.Valid([]byte(text)), text)
		of, was := seen[canonical(text)]
		require.False(t, was, "%s and %s", of, text)
		seen[canonical(text)] = text
	}
}

func TestNamedMembersAreLeftOutOfTheTopAlone(t *testing.T) {
	omit := func(name string) bool { return name == "model" }
	got := jsonx.AppendCanonical([]byte("x"), jsonx.Value(`{"mod\u0065l":"m","a":{"model":1}}`), omit)
	require.Equal(t, `x{"a":{"model":1}}`, string(got))
}

// FuzzCanonical holds that the canonical text is JSON of the same value, and is its own.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{
		`{"b":[1.50,-0,1e3,{"x":"\u0041\ud83d\ude00\ud800"}],"a":null}`, `"\/\b\f\u0000"`, `[]`, `{"a":1,"a":2}`, `123456789012345678901234567890e-5`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once := jsonx.AppendCanonical(nil, text, nil) // whatever it is, no panic
		if jsonx.Valid(text) != nil {
			return
		}
		require.NoError(t, jsonx.Valid(once), "%s", once)
		require.Equal(t, string(once), canonical(string(once)))
		if !bytes.ContainsAny(text, "eE") { // else a number may be too long to write out
			require.Equal(t, meant(t, text), meant(t, once))
		}
	})
}

// meant reads a text by the standard library, with exact numbers.
func meant(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return exact(t, v)
}

func exact(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case json.Number:
		r, ok := new(big.Rat).SetString(v.String())
		require.True(t, ok)
		return r.RatString()
	case []any:
		for i := range v {
			v[i] = exact(t, v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = exact(t, v[name])
		}
	}
	return v
}

func BenchmarkCanonical(b *testing.B) {
	for name, body := range map[string][]byte{
		"200 B":  []byte(`{"model":"openai/gpt-5-mini","messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"What is the capital of France?"}],"max_tokens":100,"temperature":0.7}`),
		"100 KB": []byte(`{"model":"m","messages":[{"role":"user","content":"` + string(bytes.Repeat([]byte(`The quick brown fox.\n`), 5000)) + `"}]}`),
	} {
		b.Run(name, func(b *testing.B) {
			dst := make([]byte, 0, 2*len(body))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				dst = jsonx.AppendCanonical(dst[:0], body, nil)
			}
		})
	}
}
