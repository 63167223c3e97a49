package command

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

// startVault speaks as much of Vault's HTTP API, over TLS, as reading a secret needs, and
// returns its address and its authority.
func startVault(t *testing.T) (address, authority string) {
	answer := func(w http.ResponseWriter, status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/auth/{mount}/login", func(w http.ResponseWriter, r *http.Request) {
		var with map[string]string
		_ = json.NewDecoder(r.Body).Decode(&with)
		if r.PathValue("mount") == "roles" && with["role_id"] == "asbru" && with["secret_id"] == "s-canary" ||
			r.PathValue("mount") == "kubernetes" && with["role"] == "asbru" && with["jwt"] == "account" {
			answer(w, 200, map[string]any{"auth": map[string]any{"client_token": "hvs.canary", "lease_duration": 3600}})
			return
		}
		answer(w, 400, map[string]any{"errors": []string{"invalid role or secret ID"}})
	})
	mux.HandleFunc("GET /v1/kv/data/asbru/openai", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Vault-Token") != "hvs.canary" || r.Header.Get("X-Vault-Namespace") != "team" {
			answer(w, 403, map[string]any{"errors": []string{"permission denied"}})
			return
		}
		answer(w, 200, map[string]any{"data": map[string]any{"data": map[string]any{"key": "sk-from-vault"}, "metadata": map[string]any{"version": 3}}})
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	return server.URL, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestTheConfigurationSaysWhereTheVaultIsThatItRefersTo(t *testing.T) {
	address, authority := startVault(t)
	account := filepath.Join(t.TempDir(), "account")
	require.NoError(t, os.WriteFile(account, []byte("account\n"), 0o600))
	t.Setenv("ASBRU_VAULT_KUBERNETES_TOKEN_FILE", account)
	t.Setenv("MY_SECRET_ID", "s-canary")
	for name, auth := range map[string]string{
		"a token":                 `{"token":"hvs.canary"}`,
		"an AppRole":              `{"approle":{"role_id":"asbru","secret_id":"env.MY_SECRET_ID","mount":"roles"}}`,
		"a service account's pod": `{"kubernetes":{"role":"asbru"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf(`{
				"providers":{"openai":{"keys":[{"name":"k","value":"vault:asbru/openai#key"}]}},
				"secrets":{"vault":{"address":%q,"namespace":"team","mount":"kv","ca_cert_pem":%q,"auth":%s}}}`, address, authority, auth)
			d, _, err := config.ReadDocument([]byte(text), config.JSON, inVault)
			require.NoError(t, err)
			cfg, _, err := check(d)
			require.NoError(t, err)
			require.Equal(t, "sk-from-vault", cfg.Providers["openai"].Keys[0].Value.Reveal())
			shown, err := d.Redacted()
			require.NoError(t, err)
			require.NotContains(t, string(shown), "canary")
			require.Contains(t, string(shown), "vault:asbru/openai#key")

			sent := &config.Document{JSON: json.RawMessage(text)}
			require.NoError(t, sent.Resolve(nil, inVault), "as the admin API takes it")
			cfg, _, err = check(sent)
			require.NoError(t, err)
			require.Equal(t, "sk-from-vault", cfg.Providers["openai"].Keys[0].Value.Reveal())
		})
	}
}

func TestTheEnvironmentsVaultGoesBeforeTheConfigurations(t *testing.T) {
	t.Setenv("ASBRU_VAULT_ADDR", "http://127.0.0.1:1")
	t.Setenv("ASBRU_VAULT_TOKEN", "other-canary")
	address, authority := startVault(t)
	_, err := openVault(&config.Vault{Address: address, CACertPEM: authority, Namespace: "team", Mount: "kv", Auth: config.VaultAuth{Token: "hvs.canary"}})("vault:asbru/openai#key")
	require.ErrorContains(t, err, "127.0.0.1:1")
	require.NotContains(t, err.Error(), "canary")
}

func TestAVaultOfAnUnknownAuthorityIsNotTrusted(t *testing.T) {
	address, _ := startVault(t)
	_, err := openVault(&config.Vault{Address: address, Namespace: "team", Mount: "kv", Auth: config.VaultAuth{Token: "hvs.canary"}})("vault:asbru/openai#key")
	require.ErrorContains(t, err, "certificate")
	require.NotContains(t, err.Error(), "canary")
	_, err = openVault(nil)("vault:asbru/openai#key")
	require.ErrorContains(t, err, "secrets.vault")
}
