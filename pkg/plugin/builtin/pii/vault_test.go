package pii_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
)

func redact(f *pii.Finder, v *pii.Vault, text string) string {
	v.Reserve(text)
	return v.Redact(text, f.Append(nil, text))
}

func TestValuesHavePlaceholdersAndComeBack(t *testing.T) {
	f, v := everything(t), &pii.Vault{}
	require.Equal(t, "From [EMAIL_1] to [EMAIL_2], cc [EMAIL_1]: [CARD_1]", redact(f, v, "From a@b.io to c@d.io, cc a@b.io: 4111111111111111"))
	require.Equal(t, "again [EMAIL_2]", redact(f, v, "again c@d.io"))
	require.Equal(t, "Dear a@b.io, [EMAIL_3] [EMAIL_] [x] [[c@d.io", v.Restore("Dear [EMAIL_1], [EMAIL_3] [EMAIL_] [x] [[[EMAIL_2]", nil))
}

func TestAPlaceholderThatTheCallerWroteStandsForNothing(t *testing.T) {
	f, v := everything(t), &pii.Vault{}
	require.Equal(t, "[EMAIL_1] is not [EMAIL_2]", redact(f, v, "[EMAIL_1] is not a@b.io"))
	require.Equal(t, "[EMAIL_1] a@b.io", v.Restore("[EMAIL_1] [EMAIL_2]", nil))
}

func TestAValueIsEscapedWhereItIsPutIntoJSON(t *testing.T) {
	f, v := everything(t, pii.Pattern{Name: "quoted", Regex: `"[^"]+"`}), &pii.Vault{}
	require.Equal(t, "say [QUOTED_1]", redact(f, v, `say "a\b"`))
	require.Equal(t, `{"x":"\"a\\b\""}`, v.Restore(`{"x":"[QUOTED_1]"}`, jsonx.AppendStringBody))
}

func TestValuesComeBackWhereverAStreamIsCut(t *testing.T) {
	f := everything(t)
	rapid.Check(t, func(t *rapid.T) {
		v := &pii.Vault{}
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a@b.io", "[", "[EMAIL_", "4111111111111111", "ü", " ", "]", "[x]", "[EMAIL_9]", "c@d.io ", "\xff"})).Draw(t, "text"), " ")
		redacted := redact(f, v, text)
		var r pii.Restorer
		var out []byte
		for len(redacted) > 0 {
			n := rapid.IntRange(1, len(redacted)).Draw(t, "piece")
			out = r.Append(out, v, redacted[:n])
			redacted = redacted[n:]
		}
		require.Equal(t, text, string(r.End(out)))
	})
}

func TestAVaultIsBounded(t *testing.T) {
	f, v := everything(t), &pii.Vault{}
	var b strings.Builder
	for i := range 5000 {
		b.WriteString("user")
		b.WriteString(strings.Repeat("x", i%50))
		b.WriteByte(byte('a' + i%26))
		b.WriteByte(byte('a' + i/26%26))
		b.WriteByte(byte('a' + i/676%26))
		b.WriteString("@example.com ")
	}
	out := redact(f, v, b.String())
	require.NotContains(t, out, "@")
	require.Contains(t, out, "[EMAIL] ")
}
