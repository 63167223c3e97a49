package wasm

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAGrantAllowsItsHostAndNoOther(t *testing.T) {
	for _, tc := range []struct {
		entry   string
		allowed []string
		not     []string
	}{
		{
			"api.example.com",
			[]string{"https://api.example.com", "https://API.example.com:443/v1?q=1#f"},
			[]string{
				"http://api.example.com", "https://api.example.com:8443", "https://example.com", "https://x.api.example.com", "https://api.example.com.",
				"https://api.example.com.evil.org", "https://evil.org/api.example.com", "https://evil.org#api.example.com", "wss://api.example.com", "//api.example.com",
			},
		},
		{
			"*.example.com:8443",
			[]string{"https://a.example.com:8443", "https://a.b.example.com:8443/"},
			[]string{"https://example.com:8443", "https://.example.com:8443", "https://a.example.com", "https://aexample.com:8443", "https://ａ.example.com:8443"},
		},
		{"http://10.0.0.5:8080", []string{"http://10.0.0.5:8080/x"}, []string{"https://10.0.0.5:8080", "http://10.0.0.5", "http://010.0.0.5:8080"}},
		{"http://inside", []string{"http://inside", "http://inside:80"}, []string{"https://inside", "https://inside:80"}},
		{"https://[2001:db8::1]:8443", []string{"https://[2001:DB8::1]:8443/"}, []string{"https://[2001:db8::1]/"}},
	} {
		g, err := readGrant(tc.entry)
		require.NoError(t, err, tc.entry)
		for _, address := range tc.allowed {
			require.True(t, g.allows(parsed(t, address)), "%s: %s", tc.entry, address)
		}
		for _, address := range tc.not {
			require.False(t, g.allows(parsed(t, address)), "%s: %s", tc.entry, address)
		}
	}
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}

func TestWhatGrantsTooMuchOrNothingIsRefused(t *testing.T) {
	for _, entry := range []string{
		"", "*", "*.", "*:443", "a*.example.com", "*example.com", "*.*.com", ".example.com", "ftp://example.com", "https://example.com/v1",
		"https://user@example.com", "example.com?q", "http://", "exämple.com", "https://example.com:port", "a b",
	} {
		_, err := readGrant(entry)
		require.Error(t, err, entry)
	}
}
