package guard

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

func FuzzOverStrings(f *testing.F) {
	for _, s := range []string{`{"a":"b\u0041","b":[1,4111111111111111,null]}`, `"x"`, `{`, "\xff", `{"a" : "\"}"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same := overStrings([]byte(text), func(s string) string { return s })
		require.Equal(t, text, string(same))
		changed := overStrings([]byte(text), func(s string) string { return strings.ToUpper(s) + `"` })
		if text != "" {
			require.NoError(t, jsonx.Valid(changed), "%q", changed)
		}
	})
}
