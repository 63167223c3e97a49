package control_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfilesAreForAdministratorsAndAudited(t *testing.T) {
	d := open(t)
	ask := func(bearer, path string) (int, []byte) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+path, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+bearer)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, body
	}
	paths := []string{"/api/dev/pprof", "/api/dev/pprof/goroutines", "/api/dev/pprof/profile?name=heap", "/api/dev/pprof/profile?name=cpu&seconds=1"}
	for i, who := range []string{`"role":"viewer"`, `"role":"operator"`, `"role":"admin","teams":["t1"]`} {
		made := d.call(200, "POST", "/api/tokens", `{"name":"`+string(rune('a'+i))+`",`+who+`}`)
		for _, path := range paths {
			status, _ := ask(made["token"].(map[string]any)["value"].(string), path)
			require.Equal(t, http.StatusForbidden, status, "%s %s", who, path)
		}
	}
	require.NotZero(t, d.call(200, "GET", paths[0], "")["goroutines"])
	_, text := ask(token, paths[1])
	require.Contains(t, string(text), "goroutine ")
	for _, path := range paths[2:] {
		status, profile := ask(token, path)
		require.Equal(t, http.StatusOK, status)
		_, err := gzip.NewReader(bytes.NewReader(profile))
		require.NoError(t, err, "as go tool pprof reads it")
	}
	d.call(422, "GET", "/api/dev/pprof/profile?name=trace", "")
	for operation, times := range map[string]int{"get-runtime": 1, "get-goroutines": 1, "get-profile": 3} {
		require.Len(t, d.call(200, "GET", "/api/audit?outcome=done&operation="+operation, "")["entries"], min(times, 2), operation)
	}
}
