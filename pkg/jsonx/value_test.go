package jsonx_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestKindIsToldByTheFirstByte(t *testing.T) {
	for text, want := range map[string]jsonx.Kind{
		``: jsonx.Absent, ` `: jsonx.Absent, `x`: jsonx.Absent,
		`null`: jsonx.Null, `true`: jsonx.Bool, `false`: jsonx.Bool,
		`0`: jsonx.Number, `-1`: jsonx.Number, `""`: jsonx.String,
		`[]`: jsonx.Array, "\n{}": jsonx.Object,
	} {
		require.Equal(t, want, jsonx.Value(text).Kind(), "%q", text)
		require.Equal(t, want == jsonx.Null, jsonx.Value(text).IsNull(), "%q", text)
	}
}

func TestGetFollowsAPath(t *testing.T) {
	v := jsonx.Value(` {"a": {"b": [1], "é": "x", "": 0}, "q\"k": 1, "a": 2, "n": null}`)
	for _, tt := range []struct {
		path []string
		want string
	}{
		{nil, string(v)},
		{[]string{"a", "b"}, `[1]`},
		{[]string{"a", "é"}, `"x"`},
		{[]string{"a", ""}, `0`},
		{[]string{`q"k`}, `1`},
		{[]string{"n"}, `null`},
		{[]string{"A"}, ``},
		{[]string{"a", "x"}, ``},
		{[]string{"a", "b", "c"}, ``},
		{[]string{"n", "x"}, ``},
	} {
		got := v.Get(tt.path...)
		require.Equal(t, tt.want, string(got), tt.path)
		require.Equal(t, tt.want == "", got == nil, tt.path)
	}
}

func TestMembersAndElementsComeInOrder(t *testing.T) {
	var names, values []string
	for name, value := range jsonx.Value(`{ "a" : [1 , 2] , "\u0062":"}" ,"a":{} }`).Members() {
		names, values = append(names, name), append(values, string(value))
	}
	require.Equal(t, []string{"a", "b", "a"}, names)
	require.Equal(t, []string{"[1 , 2]", `"}"`, "{}"}, values)

	var elements []string
	for value := range jsonx.Value("[ 1,\"a,]\\\"\" , [[],{}],null\n]").Elements() {
		elements = append(elements, string(value))
	}
	require.Equal(t, []string{"1", `"a,]\""`, "[[],{}]", "null"}, elements)

	for range jsonx.Value(`[1,2]`).Members() {
		t.Error("an array has no members")
	}
	for range jsonx.Value(`{"a":1}`).Elements() {
		t.Error("an object has no elements")
	}
	for value := range jsonx.Value(`[1,2]`).Elements() {
		require.Equal(t, "1", string(value))
		break
	}
}

func TestLenCountsElementsAndMembers(t *testing.T) {
	for text, want := range map[string]int{
		``: 0, `1`: 0, `"abc"`: 0, `[]`: 0, `[ ]`: 0, `{}`: 0,
		`[1,[2,3],"a,b"]`: 3, `{"a":1,"b":{"c":2}}`: 2,
	} {
		require.Equal(t, want, jsonx.Value(text).Len(), text)
	}
}

func TestStrDecodesEscapes(t *testing.T) {
	for text, want := range map[string]string{
		`""`:                   "",
		`"abc é 😀"`:            "abc é 😀",
		`"\"\\\/\b\f\n\r\t"`:   "\"\\/\b\f\n\r\t",
		`"\u00e9\u20AC"`:       "é€",
		`"\ud83d\ude00!"`:      "😀!",
		`"\ud83d"`:             "\uFFFD",
		`"\ude00\ud83d"`:       "\uFFFD\uFFFD",
		`"\ud83d\n\ude00"`:     "\uFFFD\n\uFFFD",
		`"\ud83d\u0041"`:       "\uFFFDA",
		`"\ud83d\ud83d\ude00"`: "\uFFFD😀",
		`"a\u0000b"`:           "a\x00b",
		`"C:\\"`:               `C:\`,
	} {
		got, ok := jsonx.Value(text).Str()
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{``, `null`, `1`, `[""]`, `{"a":"b"}`} {
		_, ok := jsonx.Value(text).Str()
		require.False(t, ok, text)
	}
}

func TestStrBorrowsWhenThereIsNoEscape(t *testing.T) {
	v := jsonx.Value(`"a long text without any escape in it"`)
	require.Zero(t, testing.AllocsPerRun(10, func() { v.Str() }))
}

func TestIntIsExactOrNothing(t *testing.T) {
	for text, want := range map[string]int64{
		`0`: 0, `-0`: 0, `0.0`: 0, `0e99999999999999999999`: 0, `0.000e-5`: 0,
		`7`: 7, `-7`: -7, `5.0`: 5, `5.000`: 5, `1e3`: 1000, `1E+3`: 1000, `50e-1`: 5,
		`1.25e2`: 125, `-1.5e1`: -15, `100`: 100, `10203`: 10203,
		`9223372036854775807`: math.MaxInt64, `-9223372036854775808`: math.MinInt64,
		`9223372036854775807.0`: math.MaxInt64, `922337203685477580.7e1`: math.MaxInt64,
		`90071992547409930`: 90071992547409930, `1000000000000000000000e-20`: 10,
		` 12 `: 12,
	} {
		got, ok := jsonx.Value(text).Int()
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		``, `null`, `true`, `"1"`, `[1]`, `-`, `0.5`, `1.5`, `5e-1`, `1e-99999999999999999999`,
		`9223372036854775808`, `-9223372036854775809`, `18446744073709551616`, `1e19`,
		`1e99999999999999999999`, `1x`, `1e`, `1.2.3`, `--1`,
	} {
		_, ok := jsonx.Value(text).Int()
		require.False(t, ok, text)
	}
}

func TestFloatAndBoolReadOnlyTheirOwnKind(t *testing.T) {
	f, ok := jsonx.Value(`-0.5e1`).Float()
	require.True(t, ok)
	require.Equal(t, -5.0, f)
	for _, text := range []string{``, `null`, `"1"`, `1e400`, `-`} {
		_, ok := jsonx.Value(text).Float()
		require.False(t, ok, text)
	}
	for text, want := range map[string]bool{`true`: true, ` false`: false} {
		got, ok := jsonx.Value(text).Bool()
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{``, `null`, `1`, `"true"`, `tru`, `truex`} {
		_, ok := jsonx.Value(text).Bool()
		require.False(t, ok, text)
	}
}

func TestReadingHalfATextDoesNotPanic(t *testing.T) {
	text := `{"a":[1,"b\"c\u00e9",{"d":null}],"e":-1.5e3,"f":true}`
	for start := range len(text) {
		for end := start; end <= len(text); end++ {
			walk(jsonx.Value(text[start:end]))
		}
	}
}

// walk reads everything in v in every way.
func walk(v jsonx.Value) {
	v.Kind()
	v.Len()
	v.Str()
	v.Int()
	v.Float()
	v.Bool()
	v.Get("a", "d")
	jsonx.AppendCompact(nil, v)
	for _, m := range v.Members() {
		walk(m)
	}
	for e := range v.Elements() {
		walk(e)
	}
}
