package jsonx_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// fields splits a path at its spaces.
func fields(path string) []string { return strings.Split(path, " ") }

// depth counts how deep b, which is valid, is nested.
func depth(b []byte) int {
	deepest, n, quoted := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			n++
			deepest = max(deepest, n)
		case !quoted && (c == '}' || c == ']'):
			n--
		}
	}
	return deepest
}

// decoded builds what encoding/json decodes into an any, out of v's accessors.
func decoded(t *testing.T, v jsonx.Value) any {
	switch v.Kind() {
	case jsonx.Null:
		return nil
	case jsonx.Bool:
		val, ok := v.Bool()
		require.True(t, ok)
		return val
	case jsonx.Number:
		return json.Number(strings.TrimSpace(string(v)))
	case jsonx.String:
		s, ok := v.Str()
		require.True(t, ok)
		return s
	case jsonx.Array:
		list := []any{}
		for e := range v.Elements() {
			list = append(list, decoded(t, e))
		}
		require.Equal(t, len(list), v.Len())
		return list
	case jsonx.Object:
		object, n := map[string]any{}, 0
		for name, value := range v.Members() {
			object[name] = decoded(t, value)
			n++
		}
		require.Equal(t, n, v.Len())
		return object
	}
	t.Fatalf("no value: %q", v)
	return nil
}

func unmarshal(t *testing.T, b []byte) any {
	var v any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

// FuzzScan compares with encoding/json, which takes text that is not UTF-8 and
// nests up to 10,000 deep.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{"model":"gpt","messages":[{"role":"user","content":"h\u00e9 \ud83d\ude00"}],"n":1.5e3,"x":[true,false,null,{}]}`,
		`[[[]]]`, `"\ud83d"`, "\"\xff\"", `{"a":1,"a":2}`, `-0.0E+0`, ` 1 `, `{"a`, `[1,]`, "\"01234567\x1f\"",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		walk(b)
		want := json.Valid(b) && utf8.Valid(b) && depth(b) <= jsonx.MaxDepth
		err := jsonx.Valid(b)
		require.Equal(t, want, err == nil, "%v", err)

		visited := map[string]string{}
		end, scanErr := jsonx.ScanObject(b, func(m jsonx.Member) error {
			visited[string(m.Key)] = string(m.At.Of(b))
			return nil
		})
		if err != nil {
			require.Error(t, scanErr)
			return
		}
		model := unmarshal(t, b)
		require.Equal(t, model, decoded(t, b))
		object, isObject := model.(map[string]any)
		require.Equal(t, isObject, scanErr == nil)
		if isObject {
			require.Equal(t, byte('}'), b[end])
			require.Len(t, visited, len(object))
			for name, value := range visited {
				require.Equal(t, object[name], unmarshal(t, []byte(value)))
			}
		}
		require.Equal(t, model, unmarshal(t, jsonx.AppendCompact(nil, b)))
	})
}

// FuzzEdit compares with decoding, changing the map and encoding.
func FuzzEdit(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1,"c":[2]},"d":null}`), "a b", []byte(`"x"`))
	f.Add([]byte(`{ "a" : 1 , "b" : 2 }`), "b", []byte(`{}`))
	f.Add([]byte(`{}`), "x y z", []byte(`[1]`))
	f.Add([]byte(`{"\u0061":{"a":1}}`), "a a", []byte(`1`))
	f.Fuzz(func(t *testing.T, body []byte, path string, value []byte) {
		if !utf8.ValidString(path) {
			t.Skip("a path is UTF-8")
		}
		names := fields(path)
		result, err := jsonx.Set(nil, body, value, names...)
		if jsonx.Valid(body) != nil || jsonx.Valid(value) != nil {
			require.Error(t, err)
			return
		}
		model := unmarshal(t, body)
		if err == nil {
			require.True(t, json.Valid(result), "%s", result)
			require.Equal(t, set(t, model, names, unmarshal(t, value)), unmarshal(t, result))
		} else if !errors.Is(err, jsonx.ErrRepeated) {
			require.ErrorIs(t, err, jsonx.ErrNotObject)
			require.False(t, settable(model, names))
		}

		result, err = jsonx.Delete(nil, body, names...)
		if err != nil {
			require.ErrorIs(t, err, jsonx.ErrRepeated)
			return
		}
		require.NoError(t, jsonx.Valid(result))
		require.Equal(t, remove(unmarshal(t, body), names), unmarshal(t, result))
	})
}

func settable(v any, path []string) bool {
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return false
		}
		if v, ok = object[name]; !ok {
			return true
		}
	}
	return true
}

func set(t *testing.T, v any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	object, ok := v.(map[string]any)
	require.True(t, ok)
	inner, ok := object[path[0]]
	if !ok {
		inner = map[string]any{}
	}
	object[path[0]] = set(t, inner, path[1:], value)
	return object
}

func remove(v any, path []string) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if len(path) == 1 {
		delete(object, path[0])
	} else if inner, ok := object[path[0]]; ok {
		object[path[0]] = remove(inner, path[1:])
	}
	return object
}

// FuzzString compares reading and writing of strings with encoding/json.
func FuzzString(f *testing.F) {
	for _, s := range []string{strings.Repeat("x", 31) + "é😀", strings.Repeat("über ", 30), "", "abc", "a\"\\\n\x00\x7f", "é😀\u2028", "\xff\xc3", `\ud83d\ude00\u00`, "\uFFFD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		written := jsonx.AppendString(nil, s)
		require.NoError(t, jsonx.Valid(written))
		want := string([]rune(s)) // one U+FFFD for each byte that is not UTF-8
		var got string
		require.NoError(t, json.Unmarshal(written, &got))
		require.Equal(t, want, got)
		got, ok := jsonx.Value(written).Str()
		require.True(t, ok)
		require.Equal(t, want, got)

		quoted := []byte(`"` + s + `"`)
		got, ok = jsonx.Value(quoted).Str()
		require.True(t, ok)
		if jsonx.Valid(quoted) == nil {
			require.NoError(t, json.Unmarshal(quoted, &want))
			require.Equal(t, want, got)
		}
	})
}
