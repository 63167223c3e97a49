package egress

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyAddressesOnTheInternetAreAllowed(t *testing.T) {
	for _, tc := range []struct {
		url             string
		public, private bool // allowed where private networks are not, and where they are
	}{
		{"https://example.com/hook?token=1", true, true},
		{"https://8.8.8.8:8443/", true, true},
		{"https://[2606:4700::1111]/", true, true},
		{"http://example.com/", false, true},
		{"https://10.0.0.1/", false, true},
		{"https://192.168.1.1/", false, true},
		{"https://127.0.0.1/", false, true},
		{"https://[::1]/", false, true},
		{"https://[fd00::1]/", false, true},
		{"https://[::ffff:127.0.0.1]/", false, true},
		{"https://localhost/", false, true},
		{"https://LOCALHOST./", false, true},
		{"https://metadata.google.internal/", false, true},
		{"https://169.254.169.254/latest/meta-data", false, false},
		{"https://[fe80::1%25eth0]/", false, false},
		{"https://0.0.0.0/", false, false},
		{"https://[::]/", false, false},
		{"https://100.64.0.1/", false, false},
		{"https://[64:ff9b::7f00:1]/", false, false},
		{"https://[2002:7f00:1::]/", false, false},
		{"https://[::127.0.0.1]/", false, false},
		{"https://224.0.0.1/", false, false},
		{"https://2130706433/", false, false},
		{"https://0x7f000001/", false, false},
		{"https://127.1/", false, false},
		{"https://user:pass@example.com/", false, false},
		{"ftp://example.com/", false, false},
		{"file:///etc/passwd", false, false},
		{"//example.com/", false, false},
		{"https:///path", false, false},
		{"https://example.com:0/", false, false},
		{"https://example.com:99999/", false, false},
		{"", false, false},
	} {
		require.Equal(t, tc.public, CheckURL(tc.url, false) == nil, tc.url)
		require.Equal(t, tc.private, CheckURL(tc.url, true) == nil, tc.url)
	}
}

func TestAResolvedAddressIsCheckedAgain(t *testing.T) {
	require.NoError(t, checkDial("8.8.8.8:443", false))
	require.ErrorIs(t, checkDial("127.0.0.1:443", false), ErrAddress)
	require.ErrorIs(t, checkDial("[::1]:443", false), ErrAddress)
	require.ErrorIs(t, checkDial("169.254.169.254:80", true), ErrAddress)
	require.ErrorIs(t, checkDial("nonsense", true), ErrAddress)
}

func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{"https://example.com/", "https://[::ffff:10.0.0.1]/", "http://0x7f.1/", "https://a@b:1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if CheckURL(raw, false) != nil {
			return
		}
		u, err := url.Parse(raw)
		require.NoError(t, err)
		require.Equal(t, "https", u.Scheme)
		require.Nil(t, u.User)
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			require.False(t, a.Unmap().IsPrivate() || a.Unmap().IsLoopback() || a.IsLinkLocalUnicast())
		}
		require.NoError(t, CheckURL(raw, true))
	})
}
