package jsonx_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func TestValidNamesTheByteAtFault(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		offset     int
	}{
		{"nothing", "", 0},
		{"space only", " \n", 2},
		{"byte order mark", "\xEF\xBB\xBF{}", 0},
		{"text behind", "{} x", 3},
		{"comma at the end of an array", "[1,]", 3},
		{"comma at the end of an object", `{"a":1,}`, 7},
		{"key without quotes", `{a:1}`, 1},
		{"no colon", `{"a" 1}`, 5},
		{"no comma", `[1 2]`, 3},
		{"not closed", `[[1]`, 4},
		{"closed with the other bracket", `[1}`, 2},
		{"leading zero", `[01]`, 2},
		{"leading plus", `+1`, 0},
		{"no digit behind the point", `[1.]`, 3},
		{"no digit in the exponent", `1e+`, 3},
		{"minus alone", `-`, 1},
		{"half a literal", `[tru]`, 1},
		{"a literal in capitals", `True`, 0},
		{"NaN", `NaN`, 0},
		{"string without an end", `"abc`, 4},
		{"line feed in a string", "\"0123456789\n\"", 11},
		{"NUL in a string", "\"abc\x00\"", 4},
		{"unknown escape", `"ab\x"`, 3},
		{"half a unicode escape", `"\u12"`, 1},
		{"not hexadecimal", `"\u12G4"`, 1},
		{"not UTF-8", "\"0123456789ab\xFFcd\"", 13},
		{"not UTF-8 before an escape", "\"é\xC3\\n\"", 3},
		{"surrogate in UTF-8", "\"\xED\xA0\x80\"", 1},
		{"not UTF-8 outside of strings", "{\xFF}", 1},
		{"single quotes", `{'a':1}`, 1},
		{"a comment", `/**/1`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var syntax *jsonx.SyntaxError
			require.ErrorAs(t, jsonx.Valid([]byte(tt.text)), &syntax)
			require.Equal(t, tt.offset, syntax.Offset, syntax.Msg)
		})
	}
}

func TestSyntaxErrorSaysWhereAndWhat(t *testing.T) {
	require.EqualError(t, jsonx.Valid([]byte(`{"a":1} {}`)), "invalid JSON at byte 8: text after the value")
}

func TestValidFindsWhatIsWrongAtEveryPlaceOfAWord(t *testing.T) {
	// The scanner looks at eight bytes at a time: each of them must count.
	for at := range 40 {
		for _, bad := range []string{"\x00", "\x1f", "\n", "\xff", "\\x"} {
			text := `"` + strings.Repeat("a", at) + bad + strings.Repeat("é", 20) + `"`
			require.Error(t, jsonx.Valid([]byte(text)), "%q", text)
		}
		for _, good := range []string{" ", "!", "#", "[", "]", "\x7f", "é", "€", "😀", `\"`, `\\`, `\u00e9`} {
			text := `"` + strings.Repeat("a", at) + good + strings.Repeat("é", 20) + `"`
			require.NoError(t, jsonx.Valid([]byte(text)), "%q", text)
		}
	}
}

func TestDepthIsLimited(t *testing.T) {
	nested := func(n int, open, inner, end string) []byte {
		return []byte(strings.Repeat(open, n) + inner + strings.Repeat(end, n))
	}
	require.NoError(t, jsonx.Valid(nested(jsonx.MaxDepth, "[", "", "]")))
	require.Error(t, jsonx.Valid(nested(jsonx.MaxDepth+1, "[", "", "]")))
	require.NoError(t, jsonx.Valid(nested(jsonx.MaxDepth, `{"a":`, "1", "}")))
	require.Error(t, jsonx.Valid(nested(jsonx.MaxDepth+1, `{"a":`, "1", "}")))
	require.Error(t, jsonx.Valid(nested(1_000_000, "[", "", "]")))
	require.NoError(t, jsonx.Valid([]byte("["+strings.Repeat("[[]],", 1000)+"[]]")), "depth is not the number of brackets")
}

func TestScanObjectVisitsMembersInOrder(t *testing.T) {
	body := []byte(" {\"model\" : \"gpt\", \"mod\\u0065l\":[1, {\"x\":2}]\t,\"model\":null } \n")
	type member struct{ Key, KeyAt, At string }
	var got []member
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		got = append(got, member{string(m.Key), string(m.KeyAt.Of(body)), string(m.At.Of(body))})
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, strings.IndexByte(string(body), '\n')-2, end)
	require.Equal(t, byte('}'), body[end])
	require.Equal(t, []member{
		{"model", `"model"`, `"gpt"`},
		{"model", `"mod\u0065l"`, `[1, {"x":2}]`},
		{"model", `"model"`, `null`},
	}, got)
}

func TestScanObjectStopsAtTheVisitorsError(t *testing.T) {
	stop := errors.New("stop")
	visits := 0
	_, err := jsonx.ScanObject([]byte(`{"a":1,"b":2}`), func(jsonx.Member) error {
		visits++
		return stop
	})
	require.Same(t, stop, err)
	require.Equal(t, 1, visits)
}

func TestScanObjectRefusesWhatIsNoObject(t *testing.T) {
	for _, text := range []string{``, ` `, `[]`, `"{}"`, `null`, `1`, `{`, `{}{}`, `{"a":1}]`} {
		_, err := jsonx.ScanObject([]byte(text), func(jsonx.Member) error { return nil })
		require.ErrorAs(t, err, new(*jsonx.SyntaxError), "%q", text)
	}
}

func TestScanObjectDoesNotAllocate(t *testing.T) {
	body := chatBody(10 << 10)
	model, members := jsonx.Span{}, 0
	allocs := testing.AllocsPerRun(100, func() {
		_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
			members++
			if jsonx.EqualFold(m.Key, "model") {
				model = m.At
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	require.Zero(t, allocs)
	require.Equal(t, `"gpt-5-mini"`, string(model.Of(body)))
}

func TestAMegabyteOfDigitsIsOneNumber(t *testing.T) {
	digits := []byte(strings.Repeat("9", 1<<20))
	require.NoError(t, jsonx.Valid(digits))
	_, ok := jsonx.Value(digits).Int()
	require.False(t, ok)
	_, ok = jsonx.Value(digits).Float()
	require.False(t, ok)

	zeros := jsonx.Value("1" + strings.Repeat("0", 1<<20) + "e-1048576")
	require.NoError(t, jsonx.Valid(zeros))
	n, ok := zeros.Int()
	require.True(t, ok)
	require.EqualValues(t, 1, n)
}

func TestSpanOfIsTotal(t *testing.T) {
	b := []byte("0123")
	require.Equal(t, jsonx.Value("12"), jsonx.Span{Start: 1, End: 3}.Of(b))
	for _, s := range []jsonx.Span{{}, {2, 2}, {3, 1}, {-1, 2}, {1, 5}, {5, 9}} {
		require.Nil(t, s.Of(b), s)
	}
}
