package words_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/words"
)

func list(t testing.TB, o words.Options, all ...string) *words.List {
	t.Helper()
	l, err := words.New(all, o)
	require.NoError(t, err)
	return l
}

func found(l *words.List, text string) []string {
	var all []string
	for _, m := range l.Append(nil, text) {
		all = append(all, text[m.Start:m.End])
	}
	return all
}

func TestAWordIsFoundHoweverItIsWritten(t *testing.T) {
	l := list(t, words.Options{}, "badword", "project  Falcon", "Straße", "naive", "禁止")
	for text, want := range map[string]string{
		"a badword.":                           "badword",
		"BadWord":                              "BadWord",
		"(badword)":                            "badword",
		"the b\u200badw\u00adord!":             "b\u200badw\u00adord",
		"b\u0430dw\u043erd":                    "b\u0430dw\u043erd", // Cyrillic
		"ｂａｄｗｏｒｄ":                              "ｂａｄｗｏｒｄ",
		"𝐛𝐚𝐝𝐰𝐨𝐫𝐝 𝒳":                            "𝐛𝐚𝐝𝐰𝐨𝐫𝐝",
		"ⓑⓐⓓⓦⓞⓡⓓ":                              "ⓑⓐⓓⓦⓞⓡⓓ",
		"b\u0301a\u0308dword":                  "b\u0301a\u0308dword",
		"see PROJECT\n\t FALCON now":           "PROJECT\n\t FALCON",
		"project\u00a0falcon":                  "project\u00a0falcon",
		"STRASSE 5":                            "STRASSE",
		"naïve":                                "naïve",
		"这是禁止的":                                "禁止",
		strings.Repeat("x ", 5000) + "badword": "badword",
	} {
		require.Equal(t, []string{want}, found(l, text), "%.40q", text)
	}
	for _, text := range []string{"", "badwords", "abadword", "bad word", "projectfalcon", "b4dw0rd", "éclair", "\xff\xfebad\xffword"} {
		require.Empty(t, found(l, text), text)
	}
}

func TestPartsOfWordsAndDisguisesAreFoundWhereThatIsAskedFor(t *testing.T) {
	require.Equal(t, []string{"bad", "bad"}, found(list(t, words.Options{Parts: true}, "bad"), "abadxbad"))
	l := list(t, words.Options{Digits: true}, "badass")
	require.Equal(t, []string{"b4d@$$", "badass"}, sorted(found(l, "b4d@$$ and badass")))
	require.Empty(t, found(list(t, words.Options{Digits: true}, "ass"), "room 455"))
	exact := list(t, words.Options{Exact: true}, "Falcon")
	require.Equal(t, []string{"Falcon"}, found(exact, "Falcon falcon FALCON Falcons"))
}

func sorted(s []string) []string {
	if len(s) > 1 && s[0] > s[1] {
		s[0], s[1] = s[1], s[0]
	}
	return s
}

func TestTheWordThatEndsAtAPlaceIsTheLongest(t *testing.T) {
	require.Equal(t, []string{"inner word"}, found(list(t, words.Options{}, "word", "inner word"), "an inner word"))
	require.Equal(t, []string{"word"}, found(list(t, words.Options{}, "word", "nner word"), "an inner word"), "the longer one is no whole word")
}

func TestAListThatCannotBeIsRefused(t *testing.T) {
	for _, all := range [][]string{{""}, {" "}, {"\u200b"}, make([]string, words.MaxWords+1), {strings.Repeat("x", 200<<10)}} {
		_, err := words.New(all, words.Options{})
		require.Error(t, err)
	}
}

func FuzzList(f *testing.F) {
	for _, s := range []string{"badword", "b\u200bad w\u043erd", "\xff\xfe", "𝐛𝐚𝐝", "ß", "  \n"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, word, text string) {
		for _, o := range []words.Options{{}, {Parts: true}, {Digits: true}, {Exact: true, Parts: true}} {
			l, err := words.New([]string{word, "bad word"}, o)
			if err != nil {
				continue
			}
			for _, m := range l.Append(nil, text) {
				require.True(t, m.Start >= 0 && m.Start < m.End && m.End <= len(text))
			}
			require.NotEmpty(t, l.Append(nil, text+" bad word"), "%q %q", word, text)
		}
	})
}

func BenchmarkList2KB(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var all []string
			for i := range n {
				all = append(all, fmt.Sprintf("secret%d project", i))
			}
			l := list(b, words.Options{}, all...)
			text := strings.Repeat("The quarterly report shows that revenue grew by 14 percent in 2025, while costs stayed flat; see section 3.2. ", 20)[:2048]
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if found := l.Append(nil, text); found != nil {
					b.Fatal(found)
				}
			}
		})
	}
}
