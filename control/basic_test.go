package control_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// basicAs is the header by which somebody says their name and password.
func basicAs(name, password string) (header, value string) {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(name, password)
	return "Authorization", r.Header.Get("Authorization")
}

func TestANameAndAPasswordLetInWithEachRequest(t *testing.T) {
	d := open(t)
	id := d.hire("ann", "operator")
	header, right := basicAs("ann", "correct horse")
	for range 3 {
		who := d.call(200, "GET", "/api/session", "", header, right)
		require.Equal(t, "ann", who["name"])
		require.Equal(t, "operator", who["role"])
	}
	d.call(200, "POST", keysPath, `{"name":"by-basic"}`, header, right)
	require.Equal(t, "not_permitted", code(d.call(403, "GET", "/api/users", "", header, right)))

	one := d.call(200, "GET", "/api/session/sessions", "", header, right)
	require.Len(t, one["sessions"], 1, "of all these requests")

	d.call(200, "PUT", "/api/users/"+id, `{"password":"another horse"}`)
	require.Equal(t, "sign_in_failed", code(d.call(401, "GET", "/api/session", "", header, right)))
	header, right = basicAs("ann", "another horse")
	d.call(200, "GET", "/api/session", "", header, right)
	d.call(200, "PUT", "/api/users/"+id, `{"is_disabled":true}`)
	require.Equal(t, "account_disabled", code(d.call(403, "GET", "/api/session", "", header, right)))
}

func TestPasswordsCannotBeTriedOutWithEachRequest(t *testing.T) {
	d := open(t)
	d.hire("ann", "operator")
	header, wrong := basicAs("ann", "guessed")
	for range 10 {
		require.Equal(t, "sign_in_failed", code(d.call(401, "GET", "/api/session", "", header, wrong)))
	}
	require.Equal(t, "sign_in_throttled", code(d.call(429, "GET", "/api/session", "", header, wrong)))
	for _, none := range []string{"Basic", "Basic ", "Basic !", "Basic OnA=", "Basic YW5uOg=="} { // ":p", "ann:"
		require.Equal(t, "admin_token_required", code(d.call(401, "GET", "/api/session", "", header, none)))
	}
}

func TestTheFirstAdministratorOfTheConfigurationComesByBasicToo(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"auth_config":{"admin_username":"root","admin_password":"correct horse","is_enabled":true}}`)
	header, right := basicAs("root", "correct horse")
	require.Equal(t, "admin", d.call(200, "GET", "/api/session", "", header, right)["role"])
}
