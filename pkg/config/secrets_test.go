package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsWrongWithTheVaultIsToldByItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		`{"address":"https://v:8200"}`: "secrets.vault.auth: wants one of",
		`{"address":"https://v:8200","auth":{"token":"t","kubernetes":{"role":"r"}}}`:             "secrets.vault.auth: wants one of",
		`{"address":"v:8200","auth":{"token":"t"}}`:                                               "secrets.vault.address: must be",
		`{"address":"https://u:p@v","auth":{"token":"t"}}`:                                        "secrets.vault.address: must be",
		`{"auth":{"token":"t"}}`:                                                                  "secrets.vault.address: is wanted",
		`{"address":"https://v","auth":{"token":"vault:a#b"}}`:                                    "secrets.vault.auth.token: says where the Vault is, and cannot be in it",
		`{"address":"https://v","auth":{"token":"t"},"ca_cert_pem":"none"}`:                       "secrets.vault.ca_cert_pem: has no certificate",
		`{"address":"https://v","auth":{"token":"t"},"refresh_interval":1}`:                       "secrets.vault.refresh_interval: must be",
		`{"address":"https://v","auth":{"approle":{"role_id":"r","secret_id":"****abcd","x":1}}}`: "secrets.vault.auth.approle.secret_id: is how a secret is shown",
	} {
		_, _, err := Parse([]byte(`{"secrets":{"vault":`+text+`}}`), JSON)
		require.ErrorContains(t, err, want, text)
	}
	_, _, err := Parse([]byte(`{"secrets":{"vault":{"address":"https://v","auth":{"token":"t"}}}}`), JSON)
	require.NoError(t, err)
}

func TestTheVaultIsOpenedByTheSectionWhereverThatStands(t *testing.T) {
	var opened []*Vault
	open := func(v *Vault) func(string) (string, error) {
		opened = append(opened, v)
		if v == nil {
			return func(string) (string, error) { return "", errors.New("there is none") }
		}
		return func(reference string) (string, error) { return reference + " at " + v.Address, nil }
	}
	env := WithEnv(func(name string) (string, bool) { return "https://" + name, true })
	c, _, err := Parse([]byte(`{"webhooks":{"secret":""},"proxy_config":{"password":"vault:p"},
		"secrets":{"vault":{"address":"env.HERE","auth":{"token":"t"}}}}`), JSON, env, WithVault(open))
	require.NoError(t, err)
	require.Equal(t, "vault:p at https://HERE", c.Proxy.Password.Reveal())
	require.Len(t, opened, 1)

	d := &Document{JSON: []byte(`{"proxy_config":{"password":"vault:p"},"secrets":{"vault":{"address":"env.HERE","auth":{"token":"t"}}}}`)}
	require.NoError(t, d.Resolve(nil, env, WithVault(open)))
	require.Equal(t, "vault:p at https://HERE", d.References["vault:p"])
	require.Equal(t, "https://HERE", d.Vault().Address)

	_, _, err = Parse([]byte(`{"proxy_config":{"password":"vault:p"}}`), JSON, WithVault(open))
	require.ErrorContains(t, err, "proxy_config.password: vault:p: there is none")
	require.Nil(t, (&Document{JSON: []byte(`{}`)}).Vault())
}

func TestHeadersThatHoldSecretsAreNotKeptWithCalls(t *testing.T) {
	_, _, err := Parse([]byte(`{"client":{"logging_headers":["X-Tenant","Authorization"]}}`), JSON)
	require.ErrorContains(t, err, "client.logging_headers[1]: holds a secret")
	require.NotContains(t, err.Error(), "[0]")
}
