package edge_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAProvidersCertificateIsCheckedAsConfigured(t *testing.T) {
	up := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, wholeAnswers["openai"]) // a caller that has gone is the test's own affair
	}))
	up.Config.ErrorLog = log.New(io.Discard, "", 0)
	up.StartTLS()
	t.Cleanup(up.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: up.Certificate().Raw}))
	for name, tc := range map[string]struct {
		network config.Network
		status  int
	}{
		"by the system's authorities alone": {config.Network{}, 502},
		"by one of one's own":               {config.Network{CACertPEM: ca}, 200},
		"not at all":                        {config.Network{InsecureSkipVerify: true}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
				p.Network = tc.network
				p.Network.BaseURL = up.URL
			}))
			res := d.chat(t, "openai", "openai", "")
			require.Equal(t, tc.status, res.Status, res.Body)
			require.NotContains(t, res.Body, "127.0.0.1")
		})
	}
}

func TestAProviderIsReachedThroughItsProxy(t *testing.T) {
	var seen *upstreamtest.Exchange
	proxy := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen = x
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over("http://provider.invalid/base"), "openai", func(p *config.Provider) {
		p.Proxy = config.Proxy{Type: "http", URL: config.Secret(proxy.URL), Username: "me", Password: "canary-password"}
		p.Network.ExtraHeaders = map[string]config.Secret{"X-Team": "blue"}
	}))
	res := d.chat(t, "openai", "openai", "")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "http://provider.invalid/base/v1/chat/completions", seen.RequestURI)
	require.NotEmpty(t, seen.Header.Get("Proxy-Authorization"))
	require.Equal(t, "blue", seen.Header.Get("X-Team"))
	require.Equal(t, "identity", seen.Header.Get("Accept-Encoding"))
}

func TestWhatACallerSendsAsHeadersStaysHere(t *testing.T) {
	var seen http.Header
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen = x.Header.Clone()
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, over(up.URL))
	res := d.chat(t, "openai", "openai", "",
		"Authorization: Bearer placeholder", "Cookie: a=b", "X-Asbru-Metadata: team=blue", "x-bf-lh-team: blue", "X-Forwarded-For: 10.0.0.1", "Te: trailers",
		"Proxy-Authorization: Basic x", "Upgrade: websocket", "Idempotency-Key: k-1", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "OpenAI-Beta: x=y")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "Bearer sk-canary-openai-0123456789", seen.Get("Authorization"))
	require.Equal(t, "k-1", seen.Get("Idempotency-Key"), "a provider that knows it does not run a call twice")
	require.NotEmpty(t, seen.Get("traceparent"))
	require.Equal(t, "x=y", seen.Get("OpenAI-Beta"))
	for _, name := range []string{"Cookie", "X-Asbru-Metadata", "X-Bf-Lh-Team", "X-Forwarded-For", "Te", "Proxy-Authorization", "Upgrade", "X-Request-Id"} {
		require.Empty(t, seen.Get(name), name)
	}
}

func TestAModelsNameCannotClimbOutOfItsPlace(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["gemini"]) })
	d := open(t, over(up.URL))
	for _, model := range []string{
		"gemini/../../admin", "gemini/..%2f..%2fadmin", "gemini/a/../../b", "gemini/a?key=x", "gemini/a#b", `gemini/a\\b`, "gemini/a%00b", "gemini/a b", "gemini//a", "gemini/.",
	} {
		t.Run(model, func(t *testing.T) {
			before := up.Hits()
			res := d.post(t, "/v1/chat/completions", speakers("")[0].body(`"`+model+`"`, ""))
			if up.Hits() == before {
				require.Contains(t, []int{400, 404}, res.Status, res.Body)
				return
			}
			require.Equal(t, 200, res.Status, res.Body)
			path := up.LastURI()
			require.True(t, strings.HasPrefix(path, "/v1beta/models/") && strings.HasSuffix(path, ":generateContent"), path)
			require.NotContains(t, path, "..")
			require.NotContains(t, strings.TrimPrefix(path, "/v1beta/models/"), "/", path)
			require.NotContains(t, path, "?", path)
		})
	}
}
