package edge_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// bringing is a door to Bedrock and Azure, of which callers bring the keys.
func bringing(t *testing.T, url string, change func(*config.Config)) *door {
	cfg := over(url)
	cfg.Client.AllowDirectKeys = true
	cfg.Providers["bedrock"] = config.Provider{Network: config.Network{BaseURL: url}}
	cfg.Providers["azure"] = config.Provider{}
	change(cfg)
	return open(t, cfg)
}

func TestACallerBringsItsOwnKeyOfAWS(t *testing.T) {
	seen := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen <- x.Header.Get("Authorization") + "|" + x.Header.Get("X-Amz-Security-Token")
		for name := range x.Header {
			if len(name) > 5 && name[:5] == "X-Bf-" {
				seen <- name
			}
		}
		x.JSON(200, `{"output":{"message":{"role":"assistant","content":[{"text":"hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}`)
	})
	d := bringing(t, up.URL, func(*config.Config) {})
	const body = `{"model":"bedrock/m","messages":[{"role":"user","content":"x"}]}`

	res := d.post(t, "/v1/chat/completions", body, "x-bf-bedrock-access-key: AKIDCALLER", "x-bf-bedrock-secret-key: secret-canary",
		"x-bf-bedrock-session-token: token-canary", "x-bf-bedrock-region: eu-west-3")
	require.Equal(t, 200, res.Status, res.Body)
	require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIDCALLER/\d+/eu-west-3/bedrock/aws4_request, .*\|token-canary$`, <-seen)
	require.NotContains(t, fmt.Sprint(res), "canary")

	res = d.post(t, "/v1/chat/completions", body, "x-bf-bedrock-api-key: api-canary")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "Bearer api-canary|", <-seen)

	for headers, code := range map[[2]string]string{
		{"x-bf-bedrock-access-key: AKID", "X: y"}:                           "invalid_direct_key",
		{"x-bf-bedrock-api-key: k", "x-bf-bedrock-region: evil.example/x?"}: "invalid_direct_key",
		{"X: y", "X: z"}: "no_provider_key",
	} {
		res := d.post(t, "/v1/chat/completions", body, headers[0], headers[1])
		got, _ := errorOf(t, "openai", res)
		require.Equal(t, code, got, headers)
	}
}

func TestACallerBringsItsOwnResourceInAzure(t *testing.T) {
	seen := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		seen <- x.RequestURI + "|" + x.Header.Get("Api-Key")
		x.JSON(200, wholeAnswers["openai"])
	})
	allowed := bringing(t, "http://127.0.0.1:1", func(c *config.Config) { c.Client.DirectKeysPrivate = true })
	const body = `{"model":"azure/gpt-4o","messages":[{"role":"user","content":"x"}]}`
	for range 2 {
		res := allowed.post(t, "/v1/chat/completions", body, "Authorization: Bearer key-canary", "x-bf-azure-endpoint: "+up.URL)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21|key-canary", <-seen)
	}

	guarded := bringing(t, "http://127.0.0.1:1", func(*config.Config) {})
	for _, endpoint := range []string{
		up.URL, "https://127.0.0.1", "https://169.254.169.254", "https://10.0.0.1", "https://[::1]", "https://localhost", "https://metadata.internal", "http://name.openai.azure.com",
	} {
		res := guarded.post(t, "/v1/chat/completions", body, "api-key: k", "x-bf-azure-endpoint: "+endpoint)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "endpoint_not_allowed", code, endpoint)
	}
	for _, endpoint := range []string{"name.openai.azure.com", "https://me:pw@name.openai.azure.com"} {
		res := guarded.post(t, "/v1/chat/completions", body, "api-key: k", "x-bf-azure-endpoint: "+endpoint)
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "invalid_direct_key", code, endpoint)
		require.NotContains(t, res.Body, "pw")
	}
	require.Equal(t, 2, up.Hits())
}

func TestAKeyInHeadersIsNotTakenWhereThatIsNotAllowed(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	for name, change := range map[string]func(*config.Config){
		"direct keys are off": func(c *config.Config) { c.Client.AllowDirectKeys = false },
		"a virtual key": func(c *config.Config) {
			c.Governance.VirtualKeys = []config.VirtualKey{{Name: "vk", Value: "sk-asbru-1"}}
		},
	} {
		d := bringing(t, up.URL, change)
		res := d.post(t, "/v1/chat/completions", `{"model":"bedrock/m","messages":[{"role":"user","content":"x"}]}`,
			"x-bf-bedrock-api-key: k", map[bool]string{true: "x-bf-vk: sk-asbru-1", false: "X: y"}[name == "a virtual key"])
		code, _ := errorOf(t, "openai", res)
		require.Equal(t, "no_provider_key", code, name)
	}
	require.Zero(t, up.Hits())
}
