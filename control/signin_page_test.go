package control_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shown asks as a browser does that goes to an address.
func (s *surfer) shown(address string) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(s.t, err)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	for _, c := range s.cookies {
		req.AddCookie(c)
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return res, string(text)
}

func TestARefusedSignInIsAPageForBrowsers(t *testing.T) {
	d, i := open(t), newIssuer(t)
	s := &surfer{desk: d, cookies: map[string]*http.Cookie{}}
	res, text := s.shown(d.URL + "/api/session/oidc/login")
	require.Equal(t, 404, res.StatusCode)
	require.Contains(t, text, "oidc_not_configured")
	require.NotContains(t, text, "Try again", "there is nothing to try")

	d.useIssuer(i, "")
	i.says(map[string]any{"groups": []string{"unknown"}})
	begun := s.get(d.URL + "/api/session/oidc/login")
	back := s.get(begun.Header.Get("Location")).Header.Get("Location")
	res, text = s.shown(back)
	require.Equal(t, 403, res.StatusCode)
	require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"))
	policy := res.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'; style-src 'sha256-")
	require.NotContains(t, policy, "unsafe")
	require.Contains(t, text, "None of your groups at the OpenID provider has a role here")
	require.Contains(t, text, "<code>no_role</code>")
	require.Contains(t, text, `<a href="/api/session/oidc/login">`)
	require.NotEmpty(t, res.Header.Get("X-Request-Id"))
	require.Contains(t, text, "<code>"+res.Header.Get("X-Request-Id")+"</code>")
	require.Empty(t, res.Cookies())
	entries := d.audit("?operation=finish-oidc")
	require.Len(t, entries, 1)
	require.Equal(t, "no_role", entries[0]["code"], "the audit knows why as before")

	i.says(map[string]any{"groups": []string{"staff"}})
	back = s.get(s.get(d.URL + "/api/session/oidc/login").Header.Get("Location")).Header.Get("Location")
	res, _ = s.shown(back)
	require.Equal(t, 302, res.StatusCode, "who is let in goes on")

	for _, query := range []string{"?error=%3Cscript%3Ealert(1)%3C/script%3E&state=x", "?code=" + strings.Repeat("%3Cb%3E", 2000), "?state=%00", "?" + url.QueryEscape("<i>x")} {
		res, text = s.shown(d.URL + "/api/session/oidc/callback" + query)
		require.GreaterOrEqual(t, res.StatusCode, 400, query)
		require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"), query)
		for _, no := range []string{"<script", "<b>", "<i>"} {
			require.NotContains(t, text, no, query)
		}
	}
	require.Equal(t, "oidc_not_begun", code(d.call(400, "GET", "/api/session/oidc/callback?code=x&state=y", "")), "programs get JSON")
}
