package pii_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/pii"
)

func everything(t testing.TB, own ...pii.Pattern) *pii.Finder {
	t.Helper()
	var kinds []pii.Kind
	for _, name := range pii.Names() {
		k, ok := pii.KindByName(name)
		require.True(t, ok)
		kinds = append(kinds, k)
	}
	f, err := pii.NewFinder(kinds, own)
	require.NoError(t, err)
	return f
}

func found(f *pii.Finder, text string) []string {
	var all []string
	for _, m := range f.Append(nil, text) {
		all = append(all, m.Label()+" "+text[m.Start:m.End])
	}
	return all
}

func TestWhatIsPersonalIsFound(t *testing.T) {
	f := everything(t)
	for text, want := range map[string][]string{
		"Write to ann.lee+x@mail.example.co.uk, please.": {"email ann.lee+x@mail.example.co.uk"},
		"<jürgen@münchen.example>":                       {"email jürgen@münchen.example"},
		"a@b.io and c@d.org.":                            {"email a@b.io", "email c@d.org"},
		"mail 4111111111111111@example.com":              {"email 4111111111111111@example.com"},

		"call +49 171 1234567 now":    {"phone +49 171 1234567"},
		"call +1 (212) 555-0123.":     {"phone +1 (212) 555-0123"},
		"(212) 555-0123":              {"phone (212) 555-0123"},
		"212-555-0123":                {"phone 212-555-0123"},
		"0049 30 12345678":            {"phone 0049 30 12345678"},
		"Tel. 030 / 123 456 78":       {"phone 030 / 123 456 78"},
		"+4915112345678,+14155552671": {"phone +4915112345678", "phone +14155552671"},

		"DE89 3704 0044 0532 0130 00":          {"iban DE89 3704 0044 0532 0130 00"},
		"to gb82west12345698765432, now":       {"iban gb82west12345698765432"},
		"NO9386011117947":                      {"iban NO9386011117947"},
		"card 4111 1111 1111 1111 exp 12/30":   {"card 4111 1111 1111 1111"},
		"3782-822463-10005":                    {"card 3782-822463-10005"},
		"5555555555554444":                     {"card 5555555555554444"},
		"SSN 123-45-6789":                      {"ssn 123-45-6789"},
		"from 192.168.10.1:8080":               {"ip 192.168.10.1"},
		"at 2001:db8:85a3::8a2e:370:7334, yes": {"ip 2001:db8:85a3::8a2e:370:7334"},

		"key sk-proj-abcdefgh12345678ijkl.":                        {"api_key sk-proj-abcdefgh12345678ijkl"},
		"AKIAIOSFODNN7EXAMPLE":                                     {"api_key AKIAIOSFODNN7EXAMPLE"},
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl":   {"api_key eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl"},
		"-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY--": {"api_key -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY--"},
	} {
		require.Equal(t, want, found(f, text), text)
	}
}

func TestWhatOnlyLooksPersonalIsLeft(t *testing.T) {
	f := everything(t)
	for _, text := range []string{
		"", "@", "a@", "@b.com", "a@b", "a@b.c", "a@b.1x", "x@-y.com.", "see @handle and a @ b.com",
		"4111 1111 1111 1112", "4111111111111111111111111", "1234567890123456", "id4111111111111111",
		"DE88370400440532013000", "XX89370400440532013000", "DE8937040044053201300",
		"000-12-3456", "666-12-3456", "912-12-3456", "123-00-6789", "123-45-0000", "123-45 6789", "1123-45-6789",
		"256.1.1.1", "1.2.3", "1.2.3.4.5", "version 10.4", "12:30:45", "std::vector", "a::b", "::", "ratio 3:4",
		"2024-01-31", "31.12.2024", "5+12345678", "100 200 300", "3.14159265358979", "1 000 000 000", "112-555-0123", "212-555-01234",
		"sk-something-in-plain-words", "sk-short1", "task-1234567890abcdef", "eyJust.a.word", "ski-lift",
		strings.Repeat("9", 4000), strings.Repeat("a@", 2000), strings.Repeat("::", 2000), strings.Repeat("(", 2000), strings.Repeat("1 ", 2000),
	} {
		require.Empty(t, found(f, text), text)
	}
}

func TestOnlyWhatIsWantedIsFound(t *testing.T) {
	f, err := pii.NewFinder([]pii.Kind{pii.Card}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"card 4111111111111111"}, found(f, "a@b.io +49 171 1234567 4111111111111111 10.0.0.1"))
}

func TestOwnPatternsAreFoundBesideTheOthers(t *testing.T) {
	f := everything(t, pii.Pattern{Name: "badge", Regex: `\bB-\d{4}\b`}, pii.Pattern{Name: "member", Regex: `M\d{6,8}`, Check: "luhn"})
	require.Equal(t, []string{"badge B-1234", "email a@b.io", "member M18"}, found(everything(t,
		pii.Pattern{Name: "badge", Regex: `\bB-\d{4}\b`}, pii.Pattern{Name: "member", Regex: `M\d+`, Check: "luhn"}), "B-1234 a@b.io M18 M19"))
	require.Equal(t, []string{"email B-1234@b.io"}, found(f, "B-1234@b.io"), "of two that overlap, the longer one")
}

func TestAPatternThatCannotBeIsRefused(t *testing.T) {
	for _, p := range []pii.Pattern{{Name: "a b", Regex: "x"}, {Name: "", Regex: "x"}, {Name: "1", Regex: "x"}, {Name: "a", Regex: "("}, {Name: "a", Regex: "(?=x)"}, {Name: "a", Regex: "x", Check: "md5"}} {
		_, err := pii.NewFinder(nil, []pii.Pattern{p})
		require.Error(t, err, p)
	}
}

func FuzzFinder(f *testing.F) {
	for _, s := range []string{"a@b.io", "+49 171 1234567", "DE89 3704 0044 0532 0130 00", "::1 1:2::3", "\xff@\xfe.com", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaaaaa.b"} {
		f.Add(s)
	}
	finder := everything(f, pii.Pattern{Name: "own", Regex: `[xy]+\d`})
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		matches := finder.Append(nil, text)
		for _, m := range matches {
			require.True(t, m.Start >= end && m.End > m.Start && m.End <= len(text), "%v in %q", m, text)
			end = m.End
		}
		var v pii.Vault
		v.Reserve(text)
		redacted := v.Redact(text, matches)
		require.Equal(t, text, v.Restore(redacted, nil))
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(redacted), "%q", redacted)
		}
	})
}

// prompt is 2 KB as they are sent, with five things to find.
func prompt() string {
	const filler = "The quarterly report shows that revenue grew by 14 percent in 2025, while costs stayed flat; see section 3.2 for the details. "
	return (strings.Repeat(filler, 8) + "Write to ann@example.com or call +49 171 1234567. IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, host 10.1.2.3. " + strings.Repeat(filler, 8))[:2048]
}

func BenchmarkFinder2KB(b *testing.B) {
	f, text := everything(b), prompt()
	var dst []pii.Match
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		dst = f.Append(dst[:0], text)
	}
	require.Len(b, dst, 5)
}
