package vertex

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/stretchr/testify/require"
)

func TestThePathIsThatOfTheModelsPublisher(t *testing.T) {
	const in = "/v1beta1/projects/p/locations/europe-west4"
	w, err := Way(&config.Key{Value: "k", Vertex: &config.Vertex{ProjectID: "p", Region: "europe-west4"}})
	require.NoError(t, err)
	require.Equal(t, "https://europe-west4-aiplatform.googleapis.com", w.Region)
	for _, tc := range []struct {
		op     api.Op
		model  string
		stream bool
		want   string
	}{
		{api.OpChat, "gemini-2.5-flash", false, "/publishers/google/models/gemini-2.5-flash:generateContent"},
		{api.OpChat, "gemini-2.5-flash", true, "/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse"},
		{api.OpCountTokens, "gemini-2.5-flash", false, "/publishers/google/models/gemini-2.5-flash:countTokens"},
		{api.OpEmbedding, "text-embedding-005", false, "/publishers/google/models/text-embedding-005:predict"},
		{api.OpEmbedding, "gemini-embedding-001", false, "/publishers/google/models/gemini-embedding-001:predict"},
		{api.OpEmbedding, "gemini-embedding-2", false, "/publishers/google/models/gemini-embedding-2:batchEmbedContents"},
		{api.OpChat, "claude-sonnet-4-5@20250929", false, "/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict"},
		{api.OpChat, "claude-sonnet-4-5@20250929", true, "/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict"},
		{api.OpCountTokens, "claude-sonnet-4-5@20250929", false, "/publishers/anthropic/models/count-tokens:rawPredict"},
		{api.OpChat, "mistral-medium-3", true, "/publishers/mistralai/models/mistral-medium-3:streamRawPredict"},
		{api.OpChat, "meta/llama-3.3-70b-instruct-maas", true, "/endpoints/openapi/chat/completions"},
		{api.OpChat, "a?b", false, "/publishers/google/models/a%3Fb:generateContent"},
	} {
		require.Equal(t, in+tc.want, string(w.Path(nil, tc.op, tc.model, tc.stream)), tc.model)
	}
}

func TestARegionHasItsAddress(t *testing.T) {
	for region, want := range map[string]string{
		"": "https://aiplatform.googleapis.com", "global": "https://aiplatform.googleapis.com",
		"us": "https://aiplatform.us.rep.googleapis.com", "eu": "https://aiplatform.eu.rep.googleapis.com",
		"us-central1": "https://us-central1-aiplatform.googleapis.com",
	} {
		w, err := Way(&config.Key{Value: "k", Vertex: &config.Vertex{Region: region}})
		require.NoError(t, err)
		require.Equal(t, want, w.Region)
	}
}

func TestAnAPIKeyNeedsNoProject(t *testing.T) {
	w, err := Way(&config.Key{Value: "k"})
	require.NoError(t, err)
	require.Nil(t, w.Signer)
	require.Equal(t, "/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent", string(w.Path(nil, api.OpChat, "gemini-2.5-flash", false)))
}

// account is the JSON of a service account whose tokens come from url.
func account(t *testing.T, url string) config.Secret {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "of-the-account", "client_email": "a@example.com", "token_uri": url,
		"private_key_id": "1", "private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	require.NoError(t, err)
	return config.Secret(text)
}

func TestAServiceAccountGetsTokensForItsProject(t *testing.T) {
	asked := 0
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || r.FormValue("assertion") == "" {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"ya29.token","token_type":"Bearer","expires_in":3600}`))
	}))
	defer tokens.Close()
	w, err := Way(&config.Key{Vertex: &config.Vertex{Credentials: account(t, tokens.URL)}})
	require.NoError(t, err)
	require.Contains(t, string(w.Path(nil, api.OpChat, "m", false)), "/projects/of-the-account/locations/global/")
	for range 3 {
		field, err := w.Signer.AppendAuth(nil, &access.Request{})
		require.NoError(t, err)
		require.Equal(t, "Authorization: Bearer ya29.token\r\n", string(field))
	}
	require.Equal(t, 1, asked)
}

func TestARefusedTokenSaysNoMoreThanTheStatus(t *testing.T) {
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"invalid_grant","assertion":"a-secret"}`, http.StatusUnauthorized)
	}))
	defer tokens.Close()
	w, err := Way(&config.Key{Vertex: &config.Vertex{Credentials: account(t, tokens.URL)}})
	require.NoError(t, err)
	_, err = w.Signer.AppendAuth(nil, &access.Request{})
	require.EqualError(t, err, "get a token: google answered 401")
}

func TestCredentialsThatAreNoneAreRefused(t *testing.T) {
	for what, credentials := range map[string]config.Secret{
		"no JSON":               "secret-text",
		"a type that is not":    `{"type":"gdch_service_account","project_id":"p"}`,
		"no private key":        `{"type":"service_account","project_id":"p","private_key":"secret-key"}`,
		"no external's subject": `{"type":"external_account","project_id":"p"}`,
	} {
		_, err := Way(&config.Key{Vertex: &config.Vertex{ProjectID: "p", Credentials: credentials}})
		if what == "no private key" && err == nil { // found out when a token is wanted
			continue
		}
		require.ErrorContains(t, err, "vertex_key_config.auth_credentials", what)
		require.NotContains(t, err.Error(), "secret", what)
	}
}

func TestWithoutCredentialsAProjectIsNeeded(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	_, err := Way(&config.Key{})
	require.ErrorContains(t, err, "project_id")
	t.Setenv("GOOGLE_CLOUD_PROJECT", "of-the-machine")
	w, err := Way(&config.Key{Vertex: &config.Vertex{Region: "us-east5", Deployments: map[string]string{"a": "b"}}})
	require.NoError(t, err)
	require.NotNil(t, w.Signer, "what the machine offers")
	require.Equal(t, map[string]string{"a": "b"}, w.Aliases)
	require.Contains(t, string(w.Path(nil, api.OpChat, "m", false)), "/projects/of-the-machine/locations/us-east5/")
}
