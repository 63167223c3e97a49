package control_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASignInAtAnOpenIDProviderIsTriedStepByStep(t *testing.T) {
	d, i := open(t), newIssuer(t)
	const path = "/api/session/oidc/test"
	require.Equal(t, "oidc_not_configured", code(d.call(404, "POST", path, `{}`)))
	outcome := func(body string) map[string]any {
		got := d.call(200, "POST", path, body)
		for _, s := range got["steps"].([]any) {
			step := s.(map[string]any)
			require.NotEmpty(t, step["message"])
			got[step["step"].(string)] = step["ok"]
		}
		delete(got, "steps")
		return got
	}
	d.useIssuer(i, "")
	require.Equal(t, map[string]any{"discovery": true, "keys": true, "client": true, "redirect": true}, outcome(`{}`))
	require.Equal(t, map[string]any{
		"discovery": true, "keys": true, "client": true, "redirect": true, "roles": true, "role": "operator",
	}, outcome(`{"groups":["staff","ops"]}`))
	require.Equal(t, false, outcome(`{"groups":["others"]}`)["roles"])
	d.useIssuer(i, `,"teams":{"team-web":"web"}`)
	require.Equal(t, []any{"web"}, outcome(`{"groups":["staff","team-web"]}`)["teams"])
	require.Equal(t, false, outcome(`{"groups":[]}`)["roles"])

	d.call(200, "PATCH", "/api/config", `{"auth":{"oidc":{"client_secret":"another","redirect_url":"https://elsewhere.example/api/session/oidc/callback"}}}`)
	require.Equal(t, map[string]any{"discovery": true, "keys": true, "client": false, "redirect": false}, outcome(`{}`))
	d.call(200, "PATCH", "/api/config", `{"auth":{"oidc":{"redirect_url":"`+d.URL+`/callback"}}}`)
	require.Equal(t, false, outcome(`{}`)["redirect"])
	i.Close()
	require.Equal(t, map[string]any{"discovery": false, "redirect": false}, outcome(`{}`))
}
