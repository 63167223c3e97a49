package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestHealthTellsReadyFromNot(t *testing.T) {
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, r.URL.Path)
	}))
	defer s.Close()
	t.Setenv("ASBRU_OPS_LISTEN", "")
	t.Setenv("ASBRU_LISTEN", ":"+s.URL[strings.LastIndex(s.URL, ":")+1:])
	for name, tc := range map[string]struct {
		args []string
		path string
	}{
		"this machine's": {nil, "/readyz"},
		"a URL":          {[]string{s.URL + "/livez"}, "/livez"},
		"no path":        {[]string{s.URL}, "/readyz"},
		"no scheme":      {[]string{strings.TrimPrefix(s.URL, "http://")}, "/readyz"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"health"}, tc.args...)
			status = http.StatusOK
			out, err := run(t.Context(), args...)
			require.NoError(t, err)
			require.Equal(t, tc.path, out)
			status = http.StatusServiceUnavailable
			_, err = run(t.Context(), args...)
			require.ErrorContains(t, err, "not ready")
		})
	}
}

func TestHealthFailsWhereNobodyAnswers(t *testing.T) {
	_, err := run(t.Context(), "health", ports.Address(t))
	require.Error(t, err)
}

func TestHealthAsksTheGatewayOfThisMachine(t *testing.T) {
	for listen, want := range map[string]string{
		"": "127.0.0.1:8080", ":9000": "127.0.0.1:9000", "0.0.0.0:9000": "127.0.0.1:9000",
		"[::]:9000": "127.0.0.1:9000", "10.0.0.7:80": "10.0.0.7:80", "[::1]:80": "[::1]:80",
	} {
		require.Equal(t, want, localAddress(listen), "listening on %q", listen)
	}
}
