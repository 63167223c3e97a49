package config_test

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

func TestAnOpenIDProviderIsCheckedWhole(t *testing.T) {
	const whole = `"client_id":"asbru","redirect_url":"https://gw.example/api/session/oidc/callback","roles":{"ops":"operator"}`
	for oidc, problem := range map[string]string{
		`"issuer":"https://id.example",` + whole:     "",
		`"issuer":"http://127.0.0.1:9000",` + whole:  "",
		`"issuer":"http://id.example",` + whole:      "auth.oidc.issuer: must be an https address",
		`"issuer":"https://u:p@id.example",` + whole: "auth.oidc.issuer: must be an https address",
		whole:                           "auth.oidc.issuer: is required",
		`"issuer":"https://id.example"`: "auth.oidc.redirect_url: is required",
		`"roles":{"ops":"root"}`:        "must be viewer, operator or admin",
	} {
		_, _, err := config.Parse([]byte(`{"auth":{"oidc":{`+oidc+`}}}`), config.JSON)
		if problem == "" {
			require.NoError(t, err, oidc)
		} else {
			require.ErrorContains(t, err, problem, oidc)
		}
	}
}

func TestTheFirstAdministratorIsReadFromBothPlacesOfBifrost(t *testing.T) {
	for text, want := range map[string]string{
		`{"auth_config":{"admin_username":"root","admin_password":"hunter22","is_enabled":true}}`:                         "root",
		`{"governance":{"auth_config":{"admin_username":{"value":"gov"},"admin_password":"hunter22","is_enabled":true}}}`: "gov",
		`{"auth_config":{"admin_username":"root","admin_password":"hunter22"}}`:                                           "",
		`{}`: "",
	} {
		c, _, err := config.Parse([]byte(text), config.JSON)
		require.NoError(t, err)
		name, password := c.FirstAdmin()
		require.Equal(t, want, name)
		require.Equal(t, want != "", password != "")
		require.Equal(t, 8*time.Hour, c.Auth.SessionIdle())
		require.Equal(t, 7*24*time.Hour, c.Auth.SessionMax())
	}
}
