package secret

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pieces are what credentials and their neighbours are made of.
var pieces = []string{
	"sk", "pk", "rk", "gsk", "xai", "sess", "vk", "r8", "hf", "nvapi", "pplx", "tgp", "fw", "csk", "-", "_", "ghp", "gho", "ghs", "ghu", "ghr", "ghp_",
	"github_pat", "xoxb", "AIza", "ya29.", "AKIA", "ASIA", "eyJ", ".", "-----BEGIN ", "PRIVATE KEY-----", "abcdefgh", "ABCDEFGH12345678", "0123456789abcdef01234", "*", " ", "\n",
	"bearer", "Basic", "BEARER", "api", "key", "Key", "x-api-key", "authorization", "access", "refresh", "token", "client", "secret", "passwd", "PASSWORD", "sig", "signature", ":", "=", `"`, `'`, `\`,
	"ſecret", "ſig", "\u212aey", "é", "b", "\xc5",
}

func TestWhatIsNotSuspectHasNoSecret(t *testing.T) {
	for range 200_000 {
		var b strings.Builder
		for range 1 + rand.IntN(7) {
			b.WriteString(pieces[rand.IntN(len(pieces))])
		}
		if s := b.String(); !suspect(s) {
			require.Equal(t, s, redactKept(s))
		}
	}
}

func FuzzWhatIsNotSuspectHasNoSecret(f *testing.F) {
	f.Add(`{"password": "abcdef", "a": "Bearer x"}`)
	f.Fuzz(func(t *testing.T, s string) {
		if !suspect(s) {
			require.Equal(t, s, redactKept(s))
		}
	})
}

func TestProseIsNotSuspect(t *testing.T) {
	require.False(t, suspect(`{"messages":[{"role":"user","content":"The task-based, risk-free way: a cabbage; be_quick = now, 5 tokens."}]}`))
}
