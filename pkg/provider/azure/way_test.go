package azure

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/stretchr/testify/require"
)

func TestThePathIsThatOfTheVersion(t *testing.T) {
	tests := []struct {
		version string
		op      api.Op
		want    string
	}{
		{"", api.OpChat, "/openai/deployments/my%2Fgpt/chat/completions?api-version=2024-10-21"},
		{"2025-04-01-preview", api.OpEmbedding, "/openai/deployments/my%2Fgpt/embeddings?api-version=2025-04-01-preview"},
		{"2024-10-21", api.OpModels, "/openai/models?api-version=2024-10-21"},
		{"v1", api.OpChat, "/openai/v1/chat/completions"},
		{"preview", api.OpCompletion, "/openai/v1/completions?api-version=preview"},
		{"v1", api.OpModels, "/openai/v1/models"},
	}
	for _, tc := range tests {
		w, err := Way(&config.Key{Value: "k", Azure: &config.Azure{APIVersion: tc.version}})
		require.NoError(t, err)
		require.Equal(t, tc.want, string(w.Path(nil, tc.op, "my/gpt", true)), tc.version)
	}
}

func TestAKeyHasItsResourceAndItsDeployments(t *testing.T) {
	w, err := Way(&config.Key{Value: "k", Azure: &config.Azure{
		Endpoint: "https://r.openai.azure.com/openai", Deployments: map[string]string{"gpt-4o": "mine"},
	}})
	require.NoError(t, err)
	require.Equal(t, "https://r.openai.azure.com", w.BaseURL)
	require.Equal(t, map[string]string{"gpt-4o": "mine"}, w.Aliases)
	require.Nil(t, w.Signer)
}

func TestAKeyWithoutAValueIsAnEntraIdentity(t *testing.T) {
	w, err := Way(&config.Key{Azure: &config.Azure{TenantID: "t", ClientID: "c", ClientSecret: "a-secret-of-some-length"}})
	require.NoError(t, err)
	require.NotNil(t, w.Signer)

	_, err = Way(&config.Key{Azure: &config.Azure{ClientID: "c", ClientSecret: "a-secret-of-some-length"}})
	require.ErrorContains(t, err, "tenant_id")

	w, err = Way(&config.Key{})
	require.NoError(t, err)
	require.NotNil(t, w.Signer, "what the machine offers")
}

// badge is an identity that gives one token.
type badge struct {
	asked *policy.TokenRequestOptions
	err   error
}

func (b badge) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	*b.asked = o
	return azcore.AccessToken{Token: "entra", ExpiresOn: time.Now().Add(time.Hour)}, b.err
}

func TestATokenIsForTheScopes(t *testing.T) {
	var asked policy.TokenRequestOptions
	signer := &access.Bearer{Source: tokens(badge{asked: &asked}, []string{"s"})}
	field, err := signer.AppendAuth(nil, &access.Request{})
	require.NoError(t, err)
	require.Equal(t, "Authorization: Bearer entra\r\n", string(field))
	require.Equal(t, []string{"s"}, asked.Scopes)

	signer = &access.Bearer{Source: tokens(badge{asked: &asked, err: errors.New("no")}, nil)}
	_, err = signer.AppendAuth(nil, &access.Request{})
	require.Error(t, err)
}
