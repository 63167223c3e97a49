package jsonx_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestApplyMakesEditsInOrder(t *testing.T) {
	body := []byte("0123456789")
	for _, tt := range []struct {
		name  string
		edits []jsonx.Edit
		want  string
	}{
		{"none", nil, "0123456789"},
		{"replace", []jsonx.Edit{{jsonx.Span{Start: 2, End: 4}, []byte("ab-cd")}}, "01ab-cd456789"},
		{"insert at both ends", []jsonx.Edit{{New: []byte("<")}, {jsonx.Span{Start: 10, End: 10}, []byte(">")}}, "<0123456789>"},
		{"delete", []jsonx.Edit{{At: jsonx.Span{Start: 0, End: 9}}}, "9"},
		{"touching", []jsonx.Edit{{jsonx.Span{Start: 1, End: 3}, []byte("a")}, {jsonx.Span{Start: 3, End: 3}, []byte("b")}, {jsonx.Span{Start: 3, End: 5}, nil}}, "0ab56789"},
		{"overlapping is left out", []jsonx.Edit{{At: jsonx.Span{Start: 2, End: 5}}, {jsonx.Span{Start: 4, End: 6}, []byte("x")}}, "0156789"},
		{"outside is left out", []jsonx.Edit{{At: jsonx.Span{Start: -1, End: 2}}, {At: jsonx.Span{Start: 8, End: 11}}, {At: jsonx.Span{Start: 5, End: 4}}}, "0123456789"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, "dst"+tt.want, string(jsonx.Apply([]byte("dst"), body, tt.edits)))
			require.Equal(t, len(tt.want), jsonx.Grown(body, tt.edits))
		})
	}
}

func members(t *testing.T, body string) []jsonx.Member {
	var ms []jsonx.Member
	_, err := jsonx.ScanObject([]byte(body), func(m jsonx.Member) error {
		ms = append(ms, m)
		return nil
	})
	require.NoError(t, err)
	return ms
}

func TestDeleteMemberTakesOneComma(t *testing.T) {
	for _, tt := range []struct {
		body string
		at   int
		want string
	}{
		{`{"a":1}`, 0, `{}`},
		{`{ "a" : 1 }`, 0, `{  }`},
		{`{"a":1,"b":2}`, 0, `{"b":2}`},
		{`{"a":1,"b":2}`, 1, `{"a":1}`},
		{`{ "a":1 , "b":2 }`, 0, `{ "b":2 }`},
		{`{ "a":1 , "b":2 }`, 1, `{ "a":1  }`},
		{`{"a":1,"b":[2,3],"c":3}`, 1, `{"a":1,"c":3}`},
	} {
		m := members(t, tt.body)[tt.at]
		cut := jsonx.DeleteMember([]byte(tt.body), m)
		require.Equal(t, tt.want, string(jsonx.Apply(nil, []byte(tt.body), []jsonx.Edit{{At: cut}})), tt.body)
	}
}

func TestAppendDeletesTakesAnyMembersOut(t *testing.T) {
	for _, body := range []string{`{"a":0,"b":1,"c":2,"d":3}`, "{ \"a\" : 0 ,\n \"b\" : 1 , \"c\":2\t,\"d\":3 }"} {
		all := members(t, body)
		for set := range 1 << len(all) {
			t.Run(fmt.Sprintf("%04b of %q", set, body), func(t *testing.T) {
				var cut []jsonx.Member
				var want []string
				for i, m := range all {
					if set>>i&1 == 1 {
						cut = append(cut, m)
					} else {
						want = append(want, string(m.Key))
					}
				}
				edits := jsonx.AppendDeletes(nil, []byte(body), cut...)
				got := jsonx.Apply(nil, []byte(body), edits)
				require.Len(t, got, jsonx.Grown([]byte(body), edits))
				var names []string
				for _, m := range members(t, string(got)) {
					names = append(names, string(m.Key))
				}
				require.Equal(t, want, names, "%s", got)
			})
		}
	}
}

func TestSetReplacesOrAdds(t *testing.T) {
	for _, tt := range []struct {
		body, path, want string
	}{
		{`{}`, "a", `{"a":7}`},
		{` { } `, "a", ` {"a":7 } `},
		{`{"b":1}`, "a", `{"b":1,"a":7}`},
		{`{"b":1 }`, "a", `{"b":1,"a":7 }`},
		{`{"a": "x", "b":1}`, "a", `{"a": 7, "b":1}`},
		{`{"\u0061":1}`, "a", `{"\u0061":7}`},
		{`{"o":{"a":1}}`, "o a", `{"o":{"a":7}}`},
		{`{"o":{}}`, "o p q", `{"o":{"p":{"q":7}}}`},
		{`{}`, "x y z", `{"x":{"y":{"z":7}}}`},
		{`{}`, `q"`, `{"q\"":7}`},
	} {
		got, err := jsonx.Set([]byte("dst"), []byte(tt.body), []byte("7"), fields(tt.path)...)
		require.NoError(t, err)
		require.Equal(t, "dst"+tt.want, string(got))
		require.Equal(t, "7", string(jsonx.Value(got[3:]).Get(fields(tt.path)...)))
	}
}

func TestDeleteLeavesTheRestAsItWas(t *testing.T) {
	for _, tt := range []struct {
		body, path, want string
	}{
		{`{"a":1}`, "a", `{}`},
		{`{"a":1, "b":2}`, "a", `{"b":2}`},
		{`{"a":1, "b":{"c":1,"d":2}}`, "b d", `{"a":1, "b":{"c":1}}`},
		{` {"a":1} `, "b", ` {"a":1} `},
		{`{"a":1}`, "a b", `{"a":1}`},
		{`[1]`, "a", `[1]`},
	} {
		got, err := jsonx.Delete([]byte("dst"), []byte(tt.body), fields(tt.path)...)
		require.NoError(t, err)
		require.Equal(t, "dst"+tt.want, string(got))
	}
}

func TestEditsThatCannotBeMadeAreRefused(t *testing.T) {
	dst := []byte("dst")
	refused := func(want error, got []byte, err error) {
		t.Helper()
		require.Equal(t, "dst", string(got))
		if want == nil {
			require.ErrorAs(t, err, new(*jsonx.SyntaxError))
		} else {
			require.ErrorIs(t, err, want)
		}
	}
	set := func(want error, body, value, path string) {
		t.Helper()
		got, err := jsonx.Set(slices.Clone(dst), []byte(body), []byte(value), fields(path)...)
		refused(want, got, err)
	}
	set(nil, `{`, `1`, "a")
	set(nil, `{}`, `1,"b":2`, "a")
	set(nil, `{}`, ``, "a")
	set(jsonx.ErrNotObject, `[]`, `1`, "a")
	set(jsonx.ErrNotObject, `{"a":1}`, `1`, "a b")
	set(jsonx.ErrNotObject, `{"a":null}`, `1`, "a b c")
	set(jsonx.ErrRepeated, `{"a":1,"\u0061":2}`, `1`, "a")
	set(jsonx.ErrRepeated, `{"a":{},"a":{"b":1}}`, `1`, "a b")

	got, err := jsonx.Delete(slices.Clone(dst), []byte(`{"a":1,"a":2}`), "a")
	refused(jsonx.ErrRepeated, got, err)
	got, err = jsonx.Delete(slices.Clone(dst), []byte(`{"a":1`), "a")
	refused(nil, got, err)
	_, err = jsonx.Delete(dst, []byte(`{}`))
	require.Error(t, err)
	_, err = jsonx.Set(dst, []byte(`{}`), []byte(`1`))
	require.Error(t, err)
}
