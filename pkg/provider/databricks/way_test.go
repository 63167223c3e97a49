package databricks_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/asbru-gateway/asbru/pkg/provider/databricks"
	"github.com/stretchr/testify/require"
)

func TestAServicePrincipalGetsItsTokenAtTheWorkspace(t *testing.T) {
	workspace := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if r.URL.Path != "/oidc/v1/token" || id != "app" || secret != "s3cret" || r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") != "all-apis" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"t1","token_type":"Bearer","expires_in":3600}`))
	}))
	defer workspace.Close()
	key := &config.Key{Databricks: &config.Databricks{URL: workspace.URL + "/", ClientID: "app", ClientSecret: "s3cret"}}
	way, err := databricks.Way(key)
	require.NoError(t, err)
	require.Equal(t, workspace.URL, way.BaseURL)
	field, err := way.Signer.AppendAuth(nil, &access.Request{})
	require.NoError(t, err)
	require.Equal(t, "Authorization: Bearer t1\r\n", string(field))

	key.Databricks.ClientSecret = "wrong"
	way, err = databricks.Way(key)
	require.NoError(t, err)
	_, err = way.Signer.AppendAuth(nil, &access.Request{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "wrong")
}

func TestAKeyMayHaveAWorkspaceAndBeATokenAllTheSame(t *testing.T) {
	way, err := databricks.Way(&config.Key{Value: "dapi", Databricks: &config.Databricks{URL: "https://x.cloud.databricks.com"}})
	require.NoError(t, err)
	require.Equal(t, access.Way{BaseURL: "https://x.cloud.databricks.com"}, way)
	way, err = databricks.Way(&config.Key{Value: "dapi"})
	require.NoError(t, err)
	require.Equal(t, access.Way{}, way)
	_, err = databricks.Way(&config.Key{Databricks: &config.Databricks{ClientID: "app"}})
	require.Error(t, err)
}
