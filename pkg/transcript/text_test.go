package transcript

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func kept(text string, most int, patterns ...string) Body {
	c := censor{}
	for _, p := range patterns {
		c.patterns = append(c.patterns, regexp.MustCompile(p))
	}
	return c.body(&Piece{Data: []byte(text), Size: int64(len(text))}, most)
}

func TestTextStaysText(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"markup":          {`<script>alert("1")</script>`, `<script>alert("1")</script>`},
		"terminal codes":  {"\x1b]0;x\x07 \x1b[31m", "\x1b]0;x\x07 \x1b[31m"},
		"directions":      {"\u202egnp.exe\u202c", "\u202egnp.exe\u202c"},
		"invalid UTF-8":   {"a\xff\xc3(b", "a\ufffd(b"},
		"half a letter":   {"caf\xc3", "caf\ufffd"},
		"NUL":             {"a\x00b", "a\ufffdb"},
		"escapes of JSON": {`{"a":"\u0000\ud800 \"\\"}`, `{"a":"\u0000\ud800 \"\\"}`},
	} {
		require.Equal(t, tc.want, kept(tc.in, 1000).Text, name)
	}
	long := kept(strings.Repeat("ü", 5<<20), 1001)
	require.Equal(t, strings.Repeat("ü", 500), long.Text)
	require.True(t, long.Cut)
	require.EqualValues(t, 10<<20, long.Bytes)
}

func TestWhatIsNoTextIsNamed(t *testing.T) {
	c := censor{}
	for kind, want := range map[string]string{
		"audio/mpeg": "[4 bytes of audio/mpeg]", "application/octet-stream": "[4 bytes of application/octet-stream]", "image/png; x=y": "[4 bytes of image/png]",
		"<b>": "[4 bytes of another kind than text]",
	} {
		require.Equal(t, want, c.body(&Piece{Data: []byte("\x00\xff\x01\x02"), Size: 4, Type: kind}, 100).Text)
	}
	require.Equal(t, "a=b&c", c.body(&Piece{Data: []byte("a=b&c"), Size: 5, Type: "application/x-www-form-urlencoded"}, 100).Text)
	require.Equal(t, Body{}, c.body(&Piece{}, 100))
}

func TestSecretsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, in := range []string{
		`{"a":"x\nsk-abcdefgh12345678\ny"}`, `{"a":"sk\u002dabcdefgh12345678"}`, `{"a":"sk-abcdefgh12345678`, "data: {\"t\":\"\\tsk-abcdefgh12345678\"}\n\n",
		`sk-abcdefgh12345678`, `{"api_key":"abcdefgh12345678"}`, `{"a":"{\"password\":\"abcdefgh12345678\"}"}`, `{"a\nsk-abcdefgh12345678":1}`,
	} {
		for most := 1; most < 60; most++ {
			require.NotContains(t, kept(in, most).Text, "abcdefgh", in)
		}
	}
	whole := kept(`{"a":"x\nsk-abcdefgh12345678\n\"y\" <z>","b":"sk-abcdefgh12345678"}`, 1000).Text
	require.Equal(t, map[string]any{"a": "x\n[redacted]\n\"y\" <z>", "b": "[redacted]"}, decoded(t, whole))
	require.Equal(t, `{"a":"the [redacted]\n[redacted]"}`, kept(`{"a":"the cat\ncat"}`, 1000, `\bcat\b`).Text)
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	return v
}

func TestASecretThatTheEndCutsIsNotKeptInPart(t *testing.T) {
	rules := &Rules{MaxBytes: 20}
	body := []byte("0123456789 sk-abcdefgh12345678" + strings.Repeat(" more", 10_000))
	p := PieceOf(rules, body, "")
	require.Less(t, len(p.Data), 5000)
	c := censor{}
	require.Equal(t, "0123456789 [redacted", c.body(&p, rules.MaxBytes).Text)
}

func TestConcealedValuesGiveWayToWhatStandsForThem(t *testing.T) {
	h := Heard{Rules: &Rules{MaxBytes: 100}, Concealed: []string{"Ann\n", "[NAME_1]", "a@b.example", "[EMAIL_1]"}}
	h.Request = PieceOf(h.Rules, []byte(`{"a":"Ann\n a\u0040b.example, a@b.example"}`), "")
	require.Equal(t, `{"a":"[NAME_1] [EMAIL_1], [EMAIL_1]"}`, h.transcript().Request.Text)
}

func FuzzWhatIsKeptIsTextAndHasNoSecret(f *testing.F) {
	f.Add([]byte(`{"a":"b\nsk-abcdefgh12345678"}`), 30)
	f.Add([]byte("\"\\u00"), 3)
	f.Add([]byte("\\\"\xff\x00"), 1)
	f.Fuzz(func(t *testing.T, data []byte, most int) {
		most = max(most%1000, 1)
		c := censor{}
		b := c.body(&Piece{Data: data, Size: int64(len(data))}, most)
		require.LessOrEqual(t, len(b.Text), most)
		require.True(t, utf8.ValidString(b.Text))
		require.NotContains(t, b.Text, "\x00")
		require.Equal(t, int64(len(data)), b.Bytes)
		if json.Valid(data) && len(data) < most {
			// Within a word it is none: "task-based" must stay.
			require.NotRegexp(t, `\bsk-abcdefgh12345678`, b.Text)
		}
		said := Transcript{Request: b}
		for _, word := range said.Words() {
			require.NotContains(t, word, "'")
			require.NotContains(t, word, `\`)
			require.NotContains(t, word, " ")
		}
	})
}
